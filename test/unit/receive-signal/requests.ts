import fc from 'fast-check';
import {
  type Channel,
  Refused,
  type Signal,
  type SignalAnswer,
  type SignalRequest,
} from '../../../functions/receive-signal/channel.ts';

/** A POST of JSON, unless told otherwise. `json` fills the body. */
export const requestOf = ({
  json,
  ...overrides
}: Partial<SignalRequest> & { readonly json?: unknown }): SignalRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  body: Buffer.from(json === undefined ? '' : JSON.stringify(json)),
  ...overrides,
  headers: { 'content-type': 'application/json', ...overrides.headers },
});

export interface Outcome {
  readonly answer: SignalAnswer;
  readonly signals: readonly Signal[];
  /** What goes to log and metric when the request is refused. */
  readonly reason?: string;
}

/** As the frame treats a request: signals first, then `settle`, then the answer. Anything but `Refused` is thrown on. */
export const deliver = async (
  channel: Channel,
  request: SignalRequest,
  publish: (signals: readonly Signal[]) => void = () => {},
): Promise<Outcome> => {
  try {
    const { answer, signals, settle } = await channel.receive(request);
    publish(signals);
    await settle?.();
    return { answer, signals };
  } catch (error) {
    if (error instanceof Refused) return { answer: error.answer, signals: [], reason: error.message };
    throw error;
  }
};

export const statusOf = async (channel: Channel, request: SignalRequest): Promise<number> =>
  (await deliver(channel, request)).answer.status;

export const bodyOf = ({ answer }: Outcome): unknown => JSON.parse(answer.body ?? 'null');

export const tenMegabytes = Buffer.alloc(10_485_760, '[');

/** A value for one field. Whole bodies are `anyJson`, which is richer and slower. */
export const smallJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }),
  fc.constantFrom<unknown>('__proto__', '', ' ', -0, 1e308, { ['__proto__']: { active: false } }),
);
