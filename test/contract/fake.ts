import type { Answer } from './call-log.ts';

/** A service in memory: one method a command, by its name. */
export const fake =
  (service: object): Answer =>
  (command) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const method = Reflect.get(service, name) as ((input: unknown) => object) | undefined;
    if (!method) throw new Error(`the stand-in has no ${name}`);
    return method.call(service, (command as { input: unknown }).input);
  };
