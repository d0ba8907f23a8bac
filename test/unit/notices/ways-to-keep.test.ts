import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import type { SweepFacts } from '../../../functions/domain/sweep-facts.ts';
import { findingsOf } from '../../../functions/domain/sweep-policy.ts';
import { sweepSchema } from '../../../functions/domain/sweep-settings.ts';
import { parseRequest as parseIssueRequest } from '../../../functions/issue/request.ts';
import { waysToKeep } from '../../../functions/notices/ways-to-keep.ts';
import { parseRequest } from '../../../functions/operator/request.ts';
import { accessKey, account, noticeOf } from './notices.ts';

const now = new Date('2026-03-02T09:00:00.000Z');

/** The words that a policy really finds, so that its words and these ways cannot drift apart. */
const factOf = (when: Record<string, unknown>, more: Partial<SweepFacts> = {}): string => {
  const settings = sweepSchema.parse({ policies: [{ name: 'p', kinds: ['iam-access-key'], when }] });
  const facts: SweepFacts = {
    ...{ credential: accessKey, arn: '', name: 'dana', tags: {}, owners: [], isActive: true },
    ...{ createdAt: '2025-01-01T00:00:00.000Z', rotatedAt: '2025-01-01T00:00:00.000Z', lastUse: 'never' },
    ...{ isProtected: false, ...more },
  } as SweepFacts;
  return findingsOf(facts, settings, now)[0]?.fact ?? 'found nothing';
};

const waysFor = (when: Record<string, unknown>, more?: Partial<SweepFacts>) =>
  waysToKeep(noticeOf({ fact: factOf(when, more) })).map(({ says, request }) =>
    request ? Object.keys(request)[0] : says.slice(0, 3),
  );

describe('how to keep it', () => {
  it.each<[string, Record<string, unknown>, Partial<SweepFacts>, string[]]>([
    ['unused', { unusedDays: 90 }, { lastUse: { at: '2025-06-01T00:00:00.000Z' } }, ['Use', 'keep']],
    [
      'unused, nobody knows since when',
      { unusedDays: 90 },
      { lastUse: { before: '2025-06-01T00:00:00.000Z' } },
      ['Use', 'keep'],
    ],
    ['never used', { neverUsed: true }, {}, ['Use', 'keep']],
    ['an orphan', { orphaned: true }, { orphan: 'no-owner' }, ['assign', 'keep']],
    ['its owner left', { ownerGone: true }, { orphan: 'owner-gone' }, ['assign', 'keep']],
    ['expiring', { expiringDays: 14 }, { expiresAt: '2026-03-05T00:00:00.000Z' }, ['rotate', 'keep']],
    ['expired', { expired: true }, { expiresAt: '2026-03-01T00:00:00.000Z' }, ['rotate', 'keep']],
    ['old', { createdDays: 365 }, {}, ['rotate', 'keep']],
    ['not rotated', { rotatedDays: 90 }, {}, ['rotate', 'keep']],
    [
      'several at once',
      { unusedDays: 90, orphaned: true },
      { orphan: 'no-owner' },
      ['Use', 'assign', 'keep'],
    ],
  ])('%s', (_, when, more, expected) => {
    expect(waysFor(when, more)).toEqual(expected);
  });

  it('of what is disabled already is its restore and nothing else', () => {
    const planned = { step: 'delete', at: '2026-05-01T00:00:00.000Z' } as const;
    const requests = waysToKeep(noticeOf({ planned, revocationId: 'rev-1' })).map(({ request }) => request);
    expect(requests).toEqual([{ restore: 'rev-1', reason: '…' }]);
  });

  it('of what was made outside issue is one from issue, and a restore where it was revoked', () => {
    const drift = noticeOf({ about: 'drift', policy: 'drift', fact: 'made outside issue' });
    const verbs = (notice: typeof drift) =>
      waysToKeep(notice).map(({ request }) => Object.keys(request ?? {})[0]);
    expect(verbs(drift)).toEqual(['rotate']);
    expect(verbs({ ...drift, revocationId: 'rev-1' })).toEqual(['restore', 'rotate']);
    expect(verbs({ ...drift, owners: [] })).toEqual(['assign', 'rotate']); // nobody's is not rotated
  });

  it.each<[string, Credential]>([
    ['an access key', accessKey],
    ['an API key', { kind: 'api-gateway-key', account, region: 'eu-west-1', id: 'k3yacme001' }],
    [
      'an app client',
      {
        ...{ kind: 'cognito-app-client', account, region: 'eu-west-1' },
        ...{ id: 'eu-west-1_Pool/5acme', pool: 'eu-west-1_Pool', client: '5acme' },
      },
    ],
  ])('is a request that its function takes, once it is filled in: %s', (_, credential) => {
    const fact = 'unused since 2026-01-01T00:00:00.000Z, no-owner, expires 2026-04-01T00:00:00.000Z';
    const notices = [noticeOf({ credential, fact }), noticeOf({ credential, revocationId: 'rev-1' })];
    const requests = notices.flatMap(waysToKeep).flatMap(({ request }) => (request ? [request] : []));
    expect(requests).toHaveLength(4);
    for (const request of requests) {
      const filledIn: unknown = JSON.parse(
        JSON.stringify(request).replace('YYYY-MM-DD', '2026-06-01').replace('NAME@DOMAIN', 'a@acme.example'),
      );
      const parse = 'rotate' in request ? parseIssueRequest : parseRequest;
      expect(parse(filledIn)).toBeDefined();
    }
  });

  it('assigns the user of an access key, which has no owner of its own', () => {
    const [way] = waysToKeep(noticeOf({ fact: 'no-owner' }));
    expect(way?.request?.assign).toEqual({ kind: 'iam-user', id: 'dana' });
  });

  it('names an app client as issue does: its own id, beside its pool', () => {
    const pool = 'eu-west-1_Pool';
    const client: Credential = {
      ...{ kind: 'cognito-app-client', account, region: 'eu-west-1' },
      ...{ id: `${pool}/5acme`, pool, client: '5acme' },
    };
    const ways = waysToKeep(noticeOf({ credential: client, fact: 'expires 2026-04-01T00:00:00.000Z' }));
    expect(ways[0]?.request?.rotate).toEqual({ kind: 'cognito-app-client', id: '5acme', pool });
  });

  it('rotates nothing that issue does not make', () => {
    const user = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' } as const;
    const [way] = waysToKeep(noticeOf({ credential: user, fact: 'created 2025-01-01T00:00:00.000Z' }));
    expect(Object.keys(way?.request ?? {})).toContain('keep');
  });
});
