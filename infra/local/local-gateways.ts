import { freePort } from './free-port.ts';
import type { GatewayStarter } from './gateway-starter.ts';
import { type Outputs, restApis } from './stack-outputs.ts';

interface Place {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
}

type Places = Readonly<Record<'gateway' | 'tokens', Place>>;

const planned = async (): Promise<Place> => {
  const port = await freePort();
  return { port, url: `http://127.0.0.1:${port}` };
};

/** Where the gateways of both REST APIs will be, so that settings can name it before there is anything. */
export const planPlaces = async (): Promise<Places> => ({
  gateway: await planned(),
  tokens: await planned(),
});

interface Played {
  readonly template: unknown;
  readonly outputs: Pick<Outputs, 'TokenFunction'>;
  readonly places: Places;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
}

/** The protected API, and the token API where the settings have one. */
export const startGateways = async (
  start: GatewayStarter,
  { template, outputs, places, invoke }: Played,
): Promise<void> => {
  await start({ template, api: restApis.protected, port: places.gateway.port });
  const { TokenFunction } = outputs;
  if (TokenFunction === undefined) return;
  const invokeBackend = (event: unknown) => invoke(TokenFunction, event);
  await start({ template, api: restApis.tokens, port: places.tokens.port, invokeBackend });
};
