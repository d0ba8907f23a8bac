import { setTimeout as sleep } from 'node:timers/promises';
import type { Company } from '../../infra/local/company.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { type Check, check, withKey, withToken } from './checks.ts';

/** How long after the event an ordinary client was let through for the last time, by what it sends. */
export interface Refusals {
  /** Milliseconds from the event to the first refusal. */
  readonly tokenMs: number;
  readonly apiKeyMs: number;
  readonly checks: readonly Check[];
}

const patienceMs = 30_000;

/** So that the clients leave the machine to what it is about. */
const pauseMs = 25;

/** One request after the other until the first is refused, and then ten more. */
const untilRefused = async (name: string, ask: () => Promise<number>, startedAt: number) => {
  let status = await ask();
  while (status === 200 && Date.now() - startedAt < patienceMs) {
    await sleep(pauseMs);
    status = await ask();
  }
  const milliseconds = Date.now() - startedAt;
  const after = new Set([status]);
  for (let again = 0; again < 10; again += 1) after.add(await ask());
  return { milliseconds, check: check(`${name}: once refused, always refused`, [403], [...after]) };
};

/** Clients that work while the event is on its way. */
export const watchRefusals = async (
  cutoff: LocalCutoff,
  { company, token }: { readonly company: Company; readonly token: string },
  startedAt: number,
): Promise<Refusals> => {
  const [byToken, byKey] = await Promise.all([
    untilRefused('over HTTP, the leaver’s token', () => withToken(cutoff, token), startedAt),
    untilRefused('over HTTP, the leaver’s API key', () => withKey(cutoff, company.leaver.apiKey), startedAt),
  ]);
  return {
    tokenMs: byToken.milliseconds,
    apiKeyMs: byKey.milliseconds,
    checks: [byToken.check, byKey.check],
  };
};
