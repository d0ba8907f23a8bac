import { beforeEach, expect, it } from 'vitest';
import type { Revokers } from '../../../functions/credentials/credential-revoker.ts';
import { buildRevokers } from '../../../functions/credentials/index.ts';
import { revokerFor } from '../../../functions/credentials/revoker-for.ts';
import type { Change } from '../../../functions/domain/change.ts';
import { principalOf } from '../../../functions/domain/credential.ts';
import { credentialsSchema } from '../../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import { identify } from '../../../functions/identity/identify.ts';
import { takeIn } from '../../../functions/inventory/take-in.ts';
import { survey } from '../../../functions/revocation/survey.ts';
import { ada, existing, type IssueWorld, makeIssueWorld } from '../../support/issue-world.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

const left: Change = {
  change: 'deactivated',
  source: 'okta',
  eventId: 'e-1',
  subject: ada,
  aliases: [],
  occurredAt: '2030-01-01T00:00:00.000Z',
  reason: 'left',
};

let world: IssueWorld;
let revokers: Revokers;
beforeEach(async () => {
  world = await makeIssueWorld();
  revokers = buildRevokers({
    clients: world.aws.clients,
    home: world.deps.home,
    denylist: new MemoryDenylist(),
    issuers: [],
    blockedDays: 30,
    settings: credentialsSchema.parse({ cognitoUserPools: [world.pool] }),
    enforcement: enforcementSchema.parse({}),
    identityCenter: undefined,
    secret: async () => '',
    fetch: async () => new Response(),
    now: () => new Date(),
  });
});

/** What a revocation cuts: of an access key, its user. */
const issued = async (kind: keyof IssueWorld['requests']) => {
  await world.addUser('ada');
  await world.issue(world.requests[kind]);
  const [one] = await existing(world, ['ada']);
  if (!one) throw new Error('nothing was issued');
  return principalOf(one.credential);
};

it.each(['apiKey', 'accessKey', 'oauthClient'] as const)(
  'whoever leaves loses the %s that was issued to them, with no inventory between',
  async (kind) => {
    const principal = await issued(kind);
    const planned = await survey(await identify(left, world.links), {
      ...world.deps,
      revokers,
      keyNow: async () => undefined,
    });
    expect(planned).toContainEqual(expect.objectContaining({ principal, verdict: { verdict: 'act' } }));
  },
);

it('an inventory reads of an API key what was registered when it was issued', async () => {
  const principal = await issued('apiKey');
  const facts = await revokerFor(revokers, principal.kind).describe(principal);
  if (!facts) throw new Error('it is gone');
  expect(await takeIn({ credential: principal, facts }, world.deps)).toEqual({ outcome: 'known' });
});
