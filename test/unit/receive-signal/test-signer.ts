import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type {
  Channel,
  Received,
  SignalAnswer,
  SignalRequest,
} from '../../../functions/receive-signal/channel.ts';
import { Refused } from '../../../functions/receive-signal/channel.ts';

/** When the tests take place. */
export const now = new Date('2026-03-02T09:00:00.000Z');
export const seconds = now.getTime() / 1000;

type Claims = Readonly<Record<string, unknown>>;
type Header = Readonly<Record<string, unknown>>;

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** One key with what its owner publishes of it, and what a forger would make of that. */
export const makeSigner = async (kid = 'k-1', alg = 'ES256') => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  const pem = new TextEncoder().encode(await exportSPKI(publicKey));
  /** `undefined` leaves a claim or a header out. */
  const sign = (claims: Claims, header: Header = {}, key: Parameters<SignJWT['sign']>[0] = privateKey) =>
    new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg, kid, ...header } as { alg: string })
      .sign(key, { crit: { exp: false, acme: false } });
  /** Alg confusion: the public key, which everybody has, used as an HMAC secret. */
  const signWithPublicKey = (claims: Claims, header: Header = {}) =>
    sign(claims, { ...header, alg: 'HS256' }, pem);
  const unsigned = (claims: Claims, header: Header = {}) =>
    `${encode({ alg: 'none', kid, ...header })}.${encode(claims)}.`;
  return { jwk, keysOf: () => createLocalJWKSet({ keys: [jwk] }), sign, signWithPublicKey, unsigned };
};
export type TestSigner = Awaited<ReturnType<typeof makeSigner>>;

export const requestOf = (more: Partial<SignalRequest>): SignalRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: {},
  body: Buffer.alloc(0),
  ...more,
});

/** What the caller gets, and whether anything goes onto the bus. */
export interface Outcome {
  readonly answer: SignalAnswer;
  readonly received?: Received;
  /** Of a refusal. */
  readonly reason?: string;
}

/** As the frame does it: a refusal has its answer, anything else is thrown on and becomes a 503. */
export const outcomeOf = async (channel: Channel, request: SignalRequest): Promise<Outcome> => {
  try {
    const received = await channel.receive(request);
    return { answer: received.answer, received };
  } catch (error) {
    if (error instanceof Refused) return { answer: error.answer, reason: error.message };
    throw error;
  }
};
