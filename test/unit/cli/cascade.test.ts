import { describe, expect, it } from 'vitest';
import { cascadeOf } from '../../../cli/demo/cascade.ts';
import { tableOf } from '../../../cli/demo/view.ts';
import type { AuditRecord } from '../../../functions/domain/audit-record.ts';

const startedAt = Date.parse('2026-03-02T09:00:00.000Z');

const record = (
  credential: string,
  type: AuditRecord['type'],
  ms: number,
  data: AuditRecord['data'] = {},
): AuditRecord => ({
  type,
  revocationId: 'rev-1',
  credential,
  once: type,
  data,
  seq: 0,
  at: new Date(startedAt + ms).toISOString(),
  previousHash: '',
  hash: '',
});

const token = 'bearer-token:1:eu-west-1:https://id.acme.example#dana@acme.example';
const key = 'iam-access-key:1:global:AKIA1';
const user = 'iam-user:1:global:dana';
const evidence = [{ at: '2026-03-02T09:00:05.000Z', level: 'control-plane', state: 'dead', observed: 'x' }];

const trail = new Map([
  ['a', [record(token, 'planned', 1, { steps: [] }), record(token, 'denied', 20, { action: 'block' })]],
  [
    'b',
    [record(user, 'denied', 30, { action: 'deny-all' }), record(user, 'revoked', 90, { action: 'deny-all' })],
  ],
  ['c', [record(key, 'revoked', 120, { action: 'disable' }), record(key, 'verified', 5000, { evidence })]],
  ['d', [record('-', 'verified', 6000)]],
  ['e', [{ ...record(user, 'verified', 9000), revocationId: 'rev-2' }]],
]);

describe('the cascade', () => {
  const cascade = cascadeOf(trail, 'rev-1', startedAt);

  it('tells of each credential of one revocation, in milliseconds since the event', () => {
    expect(cascade.stories.map(({ kind, id, outcome }) => [kind, id, outcome])).toEqual([
      ['bearer-token', 'https://id.acme.example#dana@acme.example', 'denied'],
      ['iam-access-key', 'AKIA1', 'verified'],
      ['iam-user', 'dana', 'revoked'],
    ]);
    expect(cascade.stories[1]).toMatchObject({
      action: 'disable',
      revokedMs: 120,
      verifiedMs: 5000,
      evidence,
    });
  });

  it('is contained when the last principal is, which is before its keys are inactive', () => {
    expect(cascade).toMatchObject({ containedMs: 30, revokedMs: 120, verifiedMs: 5000 });
  });

  it('of nothing has no times', () => {
    expect(cascadeOf(new Map(), 'rev-1', startedAt)).toEqual({ stories: [] });
  });

  it('is a table', () => {
    expect(tableOf(cascade)).toHaveLength(4);
    expect(tableOf(cascade)[2]).toContain('AKIA1');
  });
});
