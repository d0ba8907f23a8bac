import { z } from 'zod';
import { sha256 } from '../domain/sha256.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { readDetail } from './read-detail.ts';

/** One match as GitHub sends it (GitHub docs, "Secret scanning partner program"). `url` may be empty. */
export interface SecretAlert {
  readonly token: string;
  readonly type: string;
  readonly url: string;
  readonly source: string;
}

/** The same without the secret: what goes on the bus. */
export interface LeakedSecret extends Readonly<Record<string, unknown>> {
  /** Of the secret and the place: the same alert again is the same event. */
  readonly eventId: string;
  readonly sha256: string;
  readonly tokenType: string;
  /** Origin and path of where it was found, empty where that is not known or would show the secret. */
  readonly where: string;
  /** `content`, `commit`, `issue_comment`, … */
  readonly sourceType: string;
  readonly receivedAt: string;
}

const longestPlace = 1024;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const shows = (place: string, token: string): boolean =>
  [place, decoded(place)].some((text) => text.toLowerCase().includes(token.toLowerCase()));

/** Queries, fragments and user names in a URL can hold secrets, and its path can hold this very one. */
const placeOf = ({ url, token }: SecretAlert): string => {
  if (!URL.canParse(url)) return '';
  const { protocol, origin, pathname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return '';
  const places = [origin + pathname, origin];
  return places.find((place) => place.length <= longestPlace && !shows(place, token)) ?? '';
};

export const leakedSecretOf = (alert: SecretAlert, receivedAt: string): LeakedSecret => {
  const hash = sha256(alert.token);
  return {
    eventId: sha256(hash + alert.url),
    sha256: hash,
    tokenType: alert.type,
    where: placeOf(alert),
    sourceType: /^[a-z_]{1,64}$/i.test(alert.source) ? alert.source.toLowerCase() : 'unknown',
    receivedAt,
  };
};

const text = z.string().min(1).max(256);

const leakedSecretSchema = z.object({
  eventId: text,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hex'),
  tokenType: text,
  receivedAt: z.iso.datetime({ offset: true }),
});

const normalise = (envelope: EventEnvelope): Understood => {
  const leak = readDetail(leakedSecretSchema, envelope.detail);
  const { eventId, receivedAt } = leak;
  return {
    eventId,
    changes: [
      {
        change: 'credential-compromised',
        source: 'github',
        eventId,
        subject: { format: 'opaque', id: `sha256:${leak.sha256}` },
        aliases: [],
        occurredAt: receivedAt,
        reason: `leaked secret of type ${leak.tokenType}`,
        ask: { ask: 'secret', sha256: leak.sha256 },
      },
    ],
  };
};

const alertSchema = z.object({ token: z.string().min(1), type: text, url: z.string(), source: z.string() });

/** One match of an alert's list. It carries no time, so it counts as received now. */
const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const alert = alertSchema.safeParse(record);
  if (!alert.success) return undefined;
  const detail = leakedSecretOf(alert.data, new Date().toISOString());
  const { eventId: id, receivedAt: time } = detail;
  return { id, source: 'cutoff.github', 'detail-type': 'LeakedSecret', time, detail };
};

/** Secrets of ours that GitHub found in public, over `receive-signal`, which has put a hash in their place. */
export const github: EventSource = {
  name: 'github',
  pattern: { source: ['cutoff.github'], 'detail-type': ['LeakedSecret'] },
  bus: 'identity',
  normalise,
  wrap,
};
