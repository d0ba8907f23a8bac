import { verify } from 'node:crypto';
import { z } from 'zod';
import type { SignalSettings } from '../domain/settings.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import { type LeakedSecret, leakedSecretOf, type SecretAlert } from '../sources/github.ts';
import type { SecretHashes } from '../stores/secret-hashes.ts';
import type { Channel, Received, SignalRequest } from './channel.ts';
import { type GithubKeys, githubKeys } from './github-keys.ts';
import { refuse } from './refuse.ts';
import { checkSize, readJson, shapedAs } from './request-body.ts';

export interface GithubDeps {
  readonly settings: NonNullable<SignalSettings['github']>;
  readonly hashes: SecretHashes;
  readonly now: () => Date;
}

const prefix = '/github/secret-scanning';

/**
 * GitHub sends many matches at once and documents no limit ("a large number of matches"); these are below what Lambda
 * takes (6 MB) and above what one push has.
 */
const bodyLimit = 5_000_000;
const mostAlerts = 5000;

/** Look-ups at a time. */
const atOnce = 25;

const text = z.string().min(1).max(256);
const orEmpty = z.string().nullish().catch('');

const alertsSchema = z
  .array(z.object({ token: z.string().min(1).max(65_536), type: text, url: orEmpty, source: orEmpty }))
  .max(mostAlerts);

const readAlerts = (request: SignalRequest): SecretAlert[] =>
  shapedAs(alertsSchema, readJson(request, refuse, bodyLimit), refuse).map((alert) => ({
    ...alert,
    url: alert.url ?? '',
    source: alert.source ?? '',
  }));

/** ECDSA P-256 with SHA-256 over the bytes as sent; the signature is DER in base64. One answer to all that is wrong. */
const authenticate = async ({ headers, body }: SignalRequest, keys: GithubKeys): Promise<void> => {
  const id = headers['github-public-key-identifier'];
  const signature = headers['github-public-key-signature'];
  const isWellFormed =
    /^[\w-]{1,128}$/.test(id ?? '') && /^[A-Za-z0-9+/]{8,140}={0,2}$/.test(signature ?? '');
  if (!id || !signature || !isWellFormed) throw refuse(401, 'the request is not signed');
  const bytes = Buffer.from(signature, 'base64');
  const isSigned = (await keys(id)).some((key) => verify('sha256', body, { key, dsaEncoding: 'der' }, bytes));
  if (!isSigned) throw refuse(401, 'the signature is not by a key of GitHub’s');
};

interface Verdict {
  readonly leak: LeakedSecret;
  readonly isOurs: boolean;
}

/**
 * Feedback as GitHub takes it in the answer. It documents `token_hash` as "the SHA-256 hashed form of the raw token" and
 * not how that is written: hex is an assumption. A `false_positive` is only what we know now: the secret may have been
 * made since the last upkeep, so it is on the bus like the others, where it is held for a human.
 */
const feedbackOn = ({ leak: { sha256, tokenType }, isOurs }: Verdict) => ({
  token_hash: sha256,
  token_type: tokenType,
  label: isOurs ? 'true_positive' : 'false_positive',
});

const received = (verdicts: readonly Verdict[]): Received => {
  const feedback = new Map(verdicts.map((one) => [one.leak.sha256 + one.leak.tokenType, feedbackOn(one)]));
  const leaks = new Map(verdicts.map(({ leak }) => [leak.eventId, leak]));
  return {
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([...feedback.values()]),
    },
    signals: [...leaks.values()].map((detail) => ({
      source: 'cutoff.github',
      detailType: 'LeakedSecret',
      detail,
    })),
  };
};

/** Alerts of GitHub's secret scanning (GitHub docs, "Secret scanning partner program"). Secrets go no further than here. */
export const githubChannel = ({ settings, hashes, now }: GithubDeps): Channel => {
  const keys = githubKeys(settings.publicKeysUrl, now);
  const types = new Set(settings.tokenTypes);
  return {
    name: 'github',
    prefix,
    receive: async (request) => {
      if (request.path !== prefix) throw refuse(404, 'nothing is here');
      if (request.method !== 'POST') throw refuse(405, 'only POST is answered', { allow: 'POST' });
      checkSize(request, refuse, bodyLimit);
      await authenticate(request, keys);
      const receivedAt = now().toISOString();
      const leaks = readAlerts(request)
        .filter(({ type }) => types.has(type))
        .map((alert) => leakedSecretOf(alert, receivedAt));
      return received(
        await mapInChunks(leaks, atOnce, async (leak) => ({
          leak,
          isOurs: (await hashes.credentialOf(leak.sha256)) !== undefined,
        })),
      );
    },
  };
};
