import { CreateAccessKeyCommand, DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { subjectKey } from '../../../functions/domain/subject.ts';
import { inMemory } from '../../contract/stand-ins.ts';
import { ada, adaKey, existing, type IssueWorld, makeIssueWorld } from '../../support/issue-world.ts';

const erin = { format: 'email', email: 'erin@acme.example' } as const;
const arnOf = (name: string, path = '/people/') =>
  ({ format: 'uri', uri: `arn:aws:iam::123456789012:user${path}${name}` }) as const;
const none = { isProtected: false, entitlements: [] };

let world: IssueWorld;
beforeEach(async () => {
  world = await makeIssueWorld();
});

const ask = (user = 'ada', more = {}) => world.issue({ ...world.requests.accessKey, user, ...more });
const refusal = (problem: RegExp, field = 'request.user') => ({
  code: 'invalid-input',
  field,
  message: expect.stringMatching(problem),
});
const handMade = async (UserName = 'ada') => {
  const { AccessKey } = await world.aws.admin.iam.send(new CreateAccessKeyCommand({ UserName }));
  return AccessKey?.AccessKeyId ?? '';
};
const disable = (AccessKeyId: string, UserName = 'ada'): Promise<object> =>
  world.aws.admin.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));

describe('an access key', () => {
  it.each([
    ['names no IAM user', async () => undefined],
    ['protected', () => world.addUser('ada', { 'cutoff:protected': 'yes' })],
    ['workload', () => world.addUser('ada', { owner: ada.email, workload: 'ci' })],
    ['somebody else', () => world.addUser('ada', { owner: erin.email })],
    ['somebody else', () => world.addUser('ada', { owner: erin.email, 'cutoff:owner': ada.email })],
    ['none of the paths', () => world.addUser('ada', { owner: ada.email }, '/robots/')],
    ['none of the paths', () => world.addUser('ada', { owner: ada.email }, '/')],
    ['none of the paths', () => world.addUser('ada', { owner: ada.email }, '/robots/people/')],
  ] satisfies [string, () => Promise<unknown>][])(
    'is not made for a user that is refused: %s',
    async (problem, prepare) => {
      await prepare();
      await expect(ask()).rejects.toMatchObject(refusal(new RegExp(problem)));
      expect(world.aws.log.calls).not.toContain('CreateAccessKey');
      expect(await world.issuances.open()).toEqual([]);
    },
  );

  it('is made for a user further down the path', async () => {
    await world.addUser('ada', { owner: ada.email }, '/people/partners/');
    await ask();
  });

  it('is not made for a protected ARN, nor for one that the registry knows as protected', async () => {
    const user = await world.addUser('ada', { owner: ada.email });
    const arns = [arnOf('ada').uri];
    const rules = { ...world.deps.rules, protection: { arns, tags: [], emails: [] } };
    await expect(world.issue(world.requests.accessKey, { rules })).rejects.toMatchObject(
      refusal(/protected/),
    );
    await world.registry.register(user, { owners: [adaKey], isProtected: true, entitlements: [] });
    await expect(ask()).rejects.toMatchObject(refusal(/protected/));
  });

  it('is not made where the registry saw another owner first: a tag may be anybody’s own', async () => {
    const user = await world.addUser('ada', { owner: ada.email });
    await world.registry.register(user, { owners: [subjectKey(erin)], ...none });
    await expect(ask()).rejects.toMatchObject(refusal(/somebody else/));
  });

  it('is made where the tag says another name of the same person', async () => {
    const id = { format: 'opaque', id: 'e-1001' } as const;
    await world.links.link([ada, id]);
    await world.addUser('ada', { owner: 'e-1001' });
    await ask();
    const [key] = await existing(world, ['ada']);
    expect(key && (await world.rowOf(key.credential))).toMatchObject({ owners: [adaKey] });
  });

  it('links a user that says nothing to its owner, so that leaving ends the key', async () => {
    await world.addUser('ada');
    await ask();
    expect(await world.links.personOf(arnOf('ada'))).toBe(await world.links.personOf(ada));
  });

  it('links nobody whose user says whose it is', async () => {
    await world.addUser('ada', { owner: ada.email });
    await ask();
    expect(await world.links.personOf(arnOf('ada'))).toBeUndefined();
  });

  it('is not made for a user that is linked to somebody else, before or at that moment', async () => {
    await world.addUser('ada');
    await world.links.link([erin, arnOf('ada')]);
    await expect(ask()).rejects.toMatchObject(refusal(/somebody else/));
    const links = Object.assign(Object.create(world.links), {
      personOf: async () => undefined,
      link: async () => 'taken',
    });
    await expect(world.issue(world.requests.accessKey, { links })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(world.aws.log.calls).not.toContain('CreateAccessKey');
    expect(await world.issuances.open()).toEqual([]); // nothing can have come of it
  });

  it('does not get around a revocation that holds its user down', async () => {
    const credential = await world.addUser('ada', { owner: ada.email });
    await world.standing.hold({ credential, action: 'disable' }, 'rev-1', {});
    await expect(ask()).rejects.toMatchObject(refusal(/held down/, 'request.owner'));
    await world.standing.release(credential, 'rev-1');
    await ask();
  });

  it('is one of as many issued live ones as the settings allow', async () => {
    await world.addUser('ada', { owner: ada.email });
    const { secret } = await ask();
    await expect(ask()).rejects.toMatchObject(refusal(/as many.*1/));
    await disable(secret?.accessKeyId ?? '');
    await ask();
  });

  it('counts no key that was made by hand, but for IAM’s own limit', async () => {
    await world.addUser('ada', { owner: ada.email });
    await handMade();
    await ask();
    await world.addUser('eve', { owner: ada.email });
    await disable(await handMade('eve'), 'eve');
    await handMade('eve');
    await expect(ask('eve')).rejects.toMatchObject(refusal(/two access keys/));
  });

  it('waits for none that was issued, and only has to end what it takes the place of', async () => {
    world = await makeIssueWorld(inMemory(), { accessKeys: { paths: ['/'], mostPerUser: 2 } });
    await world.addUser('ada', { owner: ada.email });
    const { secret } = await ask();
    const id = secret?.accessKeyId ?? '';
    vi.spyOn(world.registry, 'endBy').mockRejectedValueOnce(new Error('died'));
    await world.issue({ rotate: { kind: 'iam-access-key', id, user: 'ada' } });
    await world.aws.admin.iam.send(new DeleteAccessKeyCommand({ UserName: 'ada', AccessKeyId: id }));
    expect(await world.issuances.open()).toMatchObject([{ status: 'issued' }]);
    await ask();
  });

  it('waits for another one of the same user, and for no other user', async () => {
    const two = await makeIssueWorld(inMemory(), { accessKeys: { paths: ['/'], mostPerUser: 2 } });
    world = two;
    await two.addUser('ada', { owner: ada.email });
    await two.addUser('eve', { owner: ada.email });
    const answers = await Promise.allSettled([ask(), ask(), ask('eve')]);
    const keys = await existing(two, ['ada']);
    const issued = answers.slice(0, 2).filter(({ status }) => status === 'fulfilled');
    expect(keys.length).toBe(issued.length);
    expect(keys.length).toBeLessThan(2);
    expect(answers[2]?.status).toBe('fulfilled');
    expect(await two.issuances.open()).toEqual([]);
  });
});
