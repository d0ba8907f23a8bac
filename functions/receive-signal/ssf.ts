import type { SignalSettings } from '../domain/settings.ts';
import { tokenId } from '../sources/token-id.ts';
import type { SeenTokens } from '../stores/seen-tokens.ts';
import { type Channel, type Received, Refused, type SignalRequest } from './channel.ts';
import { type SignedToken, TokenRefused, type TokenRules, tokenVerifier } from './signed-token.ts';
import { remoteKeys } from './signer-keys.ts';
import { refusal } from './ssf-answers.ts';
import { detailOf, eventsIn, hasSubject, statesIn } from './ssf-detail.ts';

type Transmitter = SignalSettings['ssf'][number];

export interface SsfDeps {
  readonly transmitters: readonly Transmitter[];
  readonly seen: SeenTokens;
  readonly now: () => Date;
  readonly keysOf?: TokenRules<Transmitter>['keysOf'];
}

/** Bytes. Tokens are a few kilobytes; the bus takes 256 in an event. */
const largestBody = 64 * 1024;

/** 30 days, for which a token is accepted, and remembered. A SET has no `exp` (SSF 1.0, "The exp Claim"). */
const maxAgeSeconds = 30 * 86_400;

const accepted = { status: 202 } as const;

const tokenIn = ({ method, headers, body }: SignalRequest): string => {
  if (method !== 'POST') {
    throw new Refused('method-not-allowed', { status: 405, headers: { allow: 'POST' } });
  }
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/secevent+jwt') throw refusal('content-type-wrong');
  if (body.length > largestBody) throw refusal('body-too-large');
  return body.toString('utf8').trim();
};

/** What stands in the token once it is believed: events of a form that can go onto the bus. */
const eventsOf = ({ claims, signer }: SignedToken<Transmitter>) => {
  const events = eventsIn(claims);
  if (!events) throw refusal('events-malformed');
  if (!hasSubject(claims, events)) throw refusal('subject-missing');
  if (statesIn(events).some((state) => state !== signer.verificationState)) throw refusal('state-wrong');
  return events;
};

/**
 * Push delivery of security event tokens (RFC 8935, SSF 1.0): one signed token a POST, acknowledged with 202 once the bus
 * has its claims. One that was seen is acknowledged and goes no further. An `exp` is not forbidden here, only kept.
 * Assumption: Google's RISC tokens have the `typ` that RFC 8417 recommends; its documentation does not say.
 */
export const ssfChannel = ({ transmitters, seen, now, keysOf = remoteKeys }: SsfDeps): Channel => {
  const rules = { types: ['secevent+jwt'], maxAgeSeconds, mustExpire: false, keysOf, now };
  const verify = tokenVerifier({ signers: transmitters, ...rules });
  const believed = (token: string): Promise<SignedToken<Transmitter>> =>
    verify(token).catch((error: unknown) => {
      throw error instanceof TokenRefused ? refusal(error.fault) : error;
    });
  return {
    name: 'ssf',
    prefix: '/ssf',
    receive: async (request): Promise<Received> => {
      const set = await believed(tokenIn(request));
      const events = eventsOf(set);
      const key = `ssf#${tokenId(set.signer.issuer, set.jti)}`;
      if (await seen.seen(key)) return { answer: accepted, signals: [] };
      const detail = detailOf(set.claims, events);
      return {
        answer: accepted,
        signals: [{ source: 'cutoff.ssf', detailType: 'SecurityEventToken', detail }],
        settle: () => seen.remember(key, set.usableUntil),
      };
    },
  };
};
