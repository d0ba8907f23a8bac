import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, answerer } from '../../functions/authorize/answer.ts';
import { authorize } from '../../functions/authorize/authorize.ts';
import type { VerifiedToken } from '../../functions/authorize/claims.ts';
import { denialKnowledge } from '../../functions/authorize/know-denials.ts';
import { denialReader } from '../../functions/authorize/read-denials.ts';
import { Unavailable } from '../../functions/authorize/refusal.ts';
import type { Told } from '../../functions/authorize/report.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import { httpEvent, requestEvent, tokenEvent } from '../unit/authorize/request-event.ts';
import { anyFault, type Fault, faultyWire, type Row, table } from './faulty-denylist.ts';

const issuer = 'https://id.acme.example';
const token: VerifiedToken = {
  issuer,
  subject: 'ada@acme.example',
  issuedAt: 1e9,
  jti: 'j-1',
  sid: 's-1',
  clients: ['app-1'],
};
const keys = {
  subject: `subject#${issuer}#ada@acme.example`,
  jti: `jti#${issuer}#j-1`,
  sid: `sid#${issuer}#s-1`,
  client: `client#${issuer}#app-1`,
  apiKey: 'api-key#key1',
};

/** What stands on the table: nothing, or one row that refuses this request. */
const blocks = fc.option(fc.constantFrom(...Object.values(keys)), { nil: undefined });
const rowsWith = (key: string | undefined): ReadonlyMap<string, Row> =>
  new Map(
    key === undefined
      ? []
      : [[key, { key: { S: key }, blocked: { BOOL: true }, expiresAt: { N: '9999999999' } }]],
  );

const bearer = 'Bearer a.b.c';
const events = {
  rest: requestEvent({ authorization: bearer, apiKeyId: 'key1' }),
  token: tokenEvent(bearer),
  http: httpEvent({ authorization: bearer }),
};

const isAllowed = (answer: Answer): boolean =>
  'isAuthorized' in answer ? answer.isAuthorized : answer.policyDocument.Statement[0]?.Effect === 'Allow';

/** The whole function, but for the signature of the token, over a wire that is not to be trusted. */
const world = { faults: [{ kind: 'none' }] as readonly Fault[], rows: rowsWith(undefined) };
const faulty = faultyWire(world);
const told: Told[] = [];
const deps = {
  verifyToken: async () => token,
  denials: denialKnowledge(
    { memorySeconds: 0 },
    { read: denialReader(faulty.wire, table), moment: () => ({ wall: 0, steady: 0 }) },
  ),
  answer: answerer('simple'),
  report: (line: Told) => told.push(line),
  now: () => new Date(),
  clockSkewSeconds: 0,
};
const ask = async (event: unknown, faults: readonly Fault[], blocked: string | undefined) => {
  faulty.restart();
  told.length = 0;
  Object.assign(world, { faults, rows: rowsWith(blocked) });
  return isAllowed(await authorize(event, deps));
};

const anyEvent = fc.constantFrom(...Object.values(events));

describe('strict mode, over 10,000 faults of the store', () => {
  it('allows where all is well, and refuses what stands on the table', async () => {
    expect(await ask(events.rest, [{ kind: 'none' }], undefined)).toBe(true);
    for (const key of Object.values(keys))
      expect(await ask(events.rest, [{ kind: 'none' }], key)).toBe(false);
  });

  it('allows nobody while both attempts fail, and counts each', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, blocks, anyFault, anyFault, async (event, blocked, first, second) => {
        expect(await ask(event, [first, second], blocked)).toBe(false);
        expect(told).toMatchObject([{ reason: 'denylist-unreachable', metric: 'AuthorizeUnavailable' }]);
      }),
      { numRuns: 10_000 },
    );
  });

  it('allows nobody who stands on the table, whichever attempts fail', async () => {
    const maybe = fc.oneof(anyFault, fc.constant<Fault>({ kind: 'none' }));
    const blocked = fc.constantFrom(keys.subject, keys.jti, keys.sid, keys.client);
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(anyEvent, blocked, maybe, maybe, async (event, key, first, second) => {
        expect(await ask(event, [first, second], key)).toBe(false);
        if (await ask(event, [first, second], undefined)) allowed += 1;
      }),
      { numRuns: 3000 },
    );
    expect(allowed).toBeGreaterThan(0); // so it was the row that refused, and not a wire on which nothing works
  });
});

type Happening =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'outage'; readonly on: boolean }
  | { readonly kind: 'revoke'; readonly on: boolean }
  | { readonly kind: 'ask'; readonly path: '/catalog/7' | '/orders/7' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }),
  fc.record({ kind: fc.constant('outage' as const), on: fc.boolean() }),
  fc.record({ kind: fc.constant('revoke' as const), on: fc.boolean() }),
  fc.record({
    kind: fc.constant('ask' as const),
    path: fc.constantFrom('/catalog/7' as const, '/orders/7' as const),
  }),
);

interface Policy {
  readonly memorySeconds: number;
  /** Of best effort. */
  readonly seconds: number;
}

/** A day in the life of one instance: its clock, the table, outages, and when the subject was revoked. */
const dayOf = (policy: Policy) => {
  const state = { now: 0, down: false, revokedAt: undefined as number | undefined };
  const denial: Denial = { blocked: true, expiresAt: 9e12 };
  const read = async () => {
    if (state.down) throw new Unavailable('denylist-unreachable');
    return new Map(state.revokedAt === undefined ? [] : [[keys.subject, denial]]);
  };
  const moment = () => ({ wall: state.now * 1000, steady: state.now * 1000 });
  const bestEffort = { routes: ['GET /catalog/*'], seconds: policy.seconds };
  const denials = denialKnowledge({ memorySeconds: policy.memorySeconds, bestEffort }, { read, moment });
  const methodArn = (path: string) => events.rest.methodArn.replace('/orders/7', path);
  return {
    state,
    asks: async (path: string) =>
      isAllowed(await authorize({ ...events.rest, methodArn: methodArn(path) }, { ...deps, denials })),
  };
};

type Day = ReturnType<typeof dayOf>;

const pass = ({ state }: Day, event: Exclude<Happening, { kind: 'ask' }>): void => {
  if (event.kind === 'pass') state.now += event.seconds;
  else if (event.kind === 'outage') state.down = event.on;
  else state.revokedAt = event.on ? (state.revokedAt ?? state.now) : undefined;
};

/** Seconds for which the subject has been revoked already. */
const lateness = ({ state }: Day): number =>
  state.revokedAt === undefined ? 0 : state.now - state.revokedAt;

describe('best effort and memory', () => {
  it('never allow what was revoked longer ago than they say, on any route', async () => {
    const policies = fc.record({
      memorySeconds: fc.constantFrom(0, 10),
      seconds: fc.integer({ min: 1, max: 90 }),
    });
    let allowedLate = 0;
    const live = async (day: Day, event: Happening, policy: Policy) => {
      if (event.kind !== 'ask') return pass(day, event);
      if (!(await day.asks(event.path))) return;
      const inOutage = event.path === '/catalog/7' && day.state.down ? policy.seconds : 0;
      expect(lateness(day)).toBeLessThanOrEqual(Math.max(inOutage, policy.memorySeconds));
      if (lateness(day) > 0) allowedLate += 1;
    };
    await fc.assert(
      fc.asyncProperty(policies, fc.array(happening, { maxLength: 40 }), async (policy, events) => {
        const day = dayOf(policy);
        for (const event of events) await live(day, event, policy);
      }),
      { numRuns: 3000 },
    );
    expect(allowedLate).toBeGreaterThan(0); // the bound was put to the test
  });

  it('allow on a route without best effort nothing that the memory does not cover', async () => {
    const { state, asks } = dayOf({ memorySeconds: 0, seconds: 60 });
    expect(await asks('/orders/7')).toBe(true);
    state.down = true;
    expect(await asks('/orders/7')).toBe(false);
    expect(await asks('/catalog/7')).toBe(true);
  });
});
