import { describe, expect, it } from 'vitest';
import type { CredentialRevoker, Search } from '../../../functions/credentials/credential-revoker.ts';
import type { Credential, IamAssumedSession } from '../../../functions/domain/credential.ts';
import { credentialKey } from '../../../functions/domain/credential.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { account, MemoryAccount } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';

const session = (role: string, owner = account): IamAssumedSession => ({
  kind: 'iam-assumed-session',
  account: owner,
  region: 'global',
  id: `${role}/work`,
  role,
  session: 'work',
});

/** CloudTrail as it is asked: which sessions which key began; and what is denied on roles. */
const trail = () => {
  const began = new Map<string, IamAssumedSession[]>();
  const denied = new Map<string, string>();
  const asked: Credential[] = [];
  const unreadable = new Set<string>();
  const tags = new Map<string, Record<string, string>>();
  const base = new MemoryAccount(() => new Date()).revokers['iam-assumed-session'];
  const revoker: CredentialRevoker<IamAssumedSession> = {
    ...base,
    isConfigured: true,
    hasFastDeny: true,
    listsLateSeconds: 900,
    async *discover(search: Search) {
      if (search.for !== 'principal') return;
      asked.push(search.principal);
      if (unreadable.has(search.principal.id)) {
        throw new CutoffError('too many pages', { code: 'limit-exceeded', retryable: false });
      }
      for (const credential of began.get(search.principal.id) ?? []) {
        yield { credential, facts: { arn: '', name: credential.id, tags: {} } };
      }
    },
    describe: async ({ id }) => ({ arn: '', name: id, tags: tags.get(id) ?? {} }),
    inspect: async ({ id }, { cutoff }) => ({
      state: (denied.get(id) ?? '') >= cutoff ? 'dead' : 'live',
      level: 'control-plane',
      observed: 'role policy',
      original: {},
    }),
    deny: async ({ id }, { cutoff }) => {
      denied.set(id, cutoff);
      return 'denied';
    },
    revoke: async ({ id }, { cutoff }) => void denied.set(id, cutoff),
  };
  return { began, denied, asked, unreadable, tags, revoker };
};

const company = () => {
  const history = trail();
  const made = new MemoryAccount(() => world.now());
  const revokers = { ...made.revokers, 'iam-assumed-session': history.revoker };
  const world = makeWorld({ revokers });
  made.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', 'AKIADANA2']);
  return { ...world, made, history };
};

describe('sessions of roles that a leaver assumed', () => {
  it('are found by who began them, denied, and proven', async () => {
    const world = company();
    world.history.began.set('dana', [session('deploy')]);
    const { revocationId, cutoff } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    // Later than the cutoff: until the user was seen dead, its keys could begin more.
    expect(Date.parse(world.history.denied.get('deploy/work') ?? '')).toBeGreaterThan(
      Date.parse(cutoff) + 10_000,
    );
    const task = await world.revocations.task(revocationId, credentialKey(session('deploy')));
    expect(task?.status).toBe('verified');
  });

  it('are looked for again once CloudTrail must know, and only then is the whole proven', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.until(async () => world.made.users.get('dana')?.live === false);
    const start = world.now().getTime();
    world.history.began.set('dana', [session('late')]);
    const before = world.history.asked.length;
    await world.until(async () => (await world.revocations.get(revocationId))?.status === 'verified');
    expect(world.now().getTime() - start).toBeGreaterThanOrEqual(890_000);
    expect(world.history.denied.has('late/work')).toBe(true);
    expect(world.history.asked.length).toBeGreaterThan(before);
  });

  it('on a role of another account wait for a human', async () => {
    const world = company();
    world.history.began.set('dana', [session('abroad', '999999999999')]);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.history.denied.size).toBe(0);
    const held = world.recorded('held').find(({ credential }) => credential?.endsWith('abroad/work'));
    expect(held?.data).toMatchObject({ reason: 'foreign-account' });
  });

  it('are looked for by the leaked key alone, where one key leaked', async () => {
    const world = company();
    world.history.began.set('AKIADANA1', [session('with-leaked')]);
    world.history.began.set('AKIADANA2', [session('with-other')]);
    world.history.began.set('dana', [session('with-any')]);
    const credential = {
      kind: 'iam-access-key',
      account,
      region: 'global',
      id: 'AKIADANA1',
      user: 'dana',
    } as const;
    await world.submit(changeOf(dana, 'credential-compromised', { credential }));
    await world.drain();
    expect([...world.history.denied.keys()]).toEqual(['with-leaked/work']);
    expect(world.made.keys.get('AKIADANA2')?.active).toBe(true);
  });

  it('go with the user that states an entitlement which is lost', async () => {
    const world = company();
    const ops = { 'cutoff:owner': dana, 'cutoff:entitlements': 'g1' };
    const user = world.made.addUser('ops', ops, ['AKIAOPS']);
    await world.registry.register(user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: ['g1'],
    });
    world.history.began.set('ops', [session('deploy')]);
    const entitlement = { kind: 'group', id: 'g1' } as const;
    await world.submit(changeOf(dana, 'entitlement-removed', { entitlement }));
    await world.drain();
    expect(world.history.denied.has('deploy/work')).toBe(true);
  });

  it('are looked for once a held user is approved, before the whole is proven', async () => {
    const world = company();
    world.made.addUser('bot', { 'cutoff:owner': dana, 'cutoff:workload': 'true' }, ['AKIABOT']);
    world.history.began.set('bot', [session('nightly')]);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const approvedAt = world.now().getTime();
    await world.operate({
      approve: revocationId,
      credential: 'iam-user:123456789012:global:bot',
      reason: 'too',
    });
    await world.until(async () => (await world.revocations.get(revocationId))?.status === 'verified');
    expect(world.history.denied.has('nightly/work')).toBe(true);
    expect(world.now().getTime() - approvedAt).toBeGreaterThanOrEqual(890_000);
  });

  it('are found for the others where the history of one cannot be read, and that is said aloud', async () => {
    const world = company();
    world.made.addUser('busy', { 'cutoff:owner': dana }, ['AKIABUSY']);
    world.history.began.set('dana', [session('deploy')]);
    world.history.unreadable.add('busy');
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.history.denied.has('deploy/work')).toBe(true);
    expect(world.made.keys.get('AKIABUSY')?.active).toBe(false);
    expect(world.recorded('failed')).toMatchObject([{ data: { code: 'limit-exceeded' } }]);
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'contained' });
  });

  it('are denied again when somebody undid us, those from meanwhile too', async () => {
    const world = company();
    world.history.began.set('dana', [session('deploy')]);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const before = world.history.denied.get('deploy/work') ?? '';
    const user = world.made.users.get('dana');
    if (user) user.live = true;
    world.history.began.set('dana', [session('deploy'), session('new')]);
    const principal = 'iam-user:123456789012:global:dana';
    const task = await world.revocations.task(revocationId, principal);
    if (!task) throw new Error('no task');
    const { look } = await world.revocations.saveTask({ ...task, status: 'revoked', look: task.look + 1 });
    await world.looks.send({ revocationId, principal, look }, 1);
    await world.drain();
    expect(user?.live).toBe(false);
    expect(world.history.denied.has('new/work')).toBe(true);
    expect((world.history.denied.get('deploy/work') ?? '') > before).toBe(true);
  });

  it('show in a dry run, as the real run cuts them', async () => {
    const world = company();
    world.history.began.set('dana', [session('deploy')]);
    const subject = { format: 'email', email: dana };
    const plan = (await world.operate({ subject, reason: 'what if', dryRun: true })) as {
      tasks: { principal: { id: string } }[];
    };
    expect(plan.tasks.map(({ principal }) => principal.id)).toContain('deploy/work');
    expect(world.history.denied.size).toBe(0);
  });

  it('of a protected role wait for a human', async () => {
    const world = company();
    world.history.began.set('dana', [session('break-glass')]);
    world.history.tags.set('break-glass/work', { 'cutoff:protected': 'true' });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.history.denied.size).toBe(0);
    const held = world.recorded('held').find(({ credential }) => credential?.endsWith('break-glass/work'));
    expect(held?.data).toMatchObject({ reason: 'protected-principal' });
  });

  it('keep nothing from being removed once their denies are pruned', async () => {
    const world = company();
    world.history.began.set('dana', [session('deploy')]);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    world.history.denied.clear();
    for (const days of [20, 10]) {
      for await (const { credential } of world.standing.all()) {
        if (credential.kind === 'bearer-token') await world.revokers['bearer-token'].prolong(credential);
      }
      world.advance(days * 86_400);
    }
    await world.operate({ remove: revocationId, reason: 'left a month ago' });
    await world.drain();
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'removed' });
  });

  it('stay where the user itself is only held', async () => {
    const world = company();
    world.made.addUser('bot', { 'cutoff:owner': dana, 'cutoff:workload': 'true' }, ['AKIABOT']);
    world.history.began.set('bot', [session('nightly')]);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.history.denied.size).toBe(0);
  });
});
