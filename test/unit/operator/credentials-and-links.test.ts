import { describe, expect, it } from 'vitest';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const email = { format: 'email', email: dana } as const;
const id = { format: 'opaque', id: '00uDana' } as const;

const company = () => {
  const world = makeWorld();
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIALEAKED', 'AKIAOTHER']);
  world.account.addApiKey('key-dana', { owner: dana });
  return world;
};

describe('a leaked credential by hand', () => {
  const leaked = { credential: { kind: 'iam-access-key', id: 'AKIALEAKED' }, reason: 'INC-8' };

  it('prints in a dry run the plan that the real run executes, and writes nothing', async () => {
    const world = company();
    const plan = (await world.operate({ ...leaked, clientToken: 't', dryRun: true })) as {
      revocationId: string;
      tasks: unknown;
    };
    expect(plan.tasks).toMatchObject([
      {
        principal: { kind: 'iam-user', id: 'dana' },
        steps: [
          { action: 'deny-sessions', credential: { id: 'dana' } },
          { action: 'disable', credential: { id: 'AKIALEAKED' } },
        ],
      },
    ]);
    expect(world.audit).toEqual([]);
    expect(await world.operate({ ...leaked, clientToken: 't' })).toMatchObject({
      revocationId: plan.revocationId,
      status: 'contained',
    });
    await world.drain();
    expect([...world.account.keys].filter(([, { active }]) => active).map(([key]) => key)).toEqual([
      'AKIAOTHER',
    ]);
  });

  it('takes an API key or a whole user by its id', async () => {
    const world = company();
    await world.operate({ credential: { kind: 'api-gateway-key', id: 'key-dana' }, reason: 'INC-9' });
    await world.drain();
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(false);
    expect(world.account.users.get('dana')?.live).toBe(true);
    await world.operate({ credential: { kind: 'iam-user', id: 'dana' }, reason: 'INC-9' });
    await world.drain();
    expect([...world.account.keys.values()].some(({ active }) => active)).toBe(false);
  });

  it('names the field where no such key exists, and revokes nothing', async () => {
    const world = company();
    const unknown = { credential: { kind: 'iam-access-key', id: 'AKIANOBODY' }, reason: 'INC-8' };
    await expect(world.operate(unknown)).rejects.toMatchObject({ field: 'request.credential.id' });
    expect(world.audit).toEqual([]);
  });

  it.each([
    [{ credential: { kind: 'bearer-token', id: 'x' }, reason: 'r' }, 'request.credential.issuer'],
    [{ credential: { kind: 'okta-grants', id: 'x' }, reason: 'r' }, 'request.credential.kind'],
    [{ credential: { kind: 'cognito-user', id: 'x' }, reason: 'r' }, 'request.credential.id'],
    [{ credential: { kind: 'cognito-user', id: 'pool/ada' }, reason: 'r' }, 'request.credential.kind'],
    [{ credential: { kind: 'api-gateway-key', id: 'misspelt' }, reason: 'r' }, 'request.credential.id'],
    [
      {
        credential: { kind: 'bearer-token', issuer: 'https://elsewhere', by: 'jti', value: 'x' },
        reason: 'r',
      },
      'request.credential.issuer',
    ],
    [{ ...leaked, dryrun: true }, 'request.dryrun'],
    [{ ...leaked, change: 'deactivated' }, 'request.change'],
  ])('refuses %j by its field', async (request, field) => {
    await expect(company().operate(request)).rejects.toMatchObject({ field });
  });
});

describe('links by hand', () => {
  it('make an event under one name cut what belongs to the other, until they are cut', async () => {
    const world = company();
    await world.operate({ link: [email, id], reason: 'same person' });
    await world.operate({ unlink: id, reason: 'mistake' });
    await world.submit(changeOf(dana, 'deactivated', { subject: id }));
    await world.drain();
    expect(world.account.keys.get('AKIAOTHER')?.active).toBe(true);
    await world.operate({ link: [email, id], reason: 'same person after all' });
    await world.submit(changeOf(dana, 'deactivated', { subject: id, eventId: 'second' }));
    await world.drain();
    expect(world.account.keys.get('AKIAOTHER')?.active).toBe(false);
  });

  it('never join two people', async () => {
    const world = company();
    await world.operate({ link: [email, id], reason: 'a' });
    const other = [
      { format: 'email', email: 'erin@acme.example' },
      { format: 'opaque', id: '00uErin' },
    ];
    await world.operate({ link: other, reason: 'b' });
    await expect(world.operate({ link: [id, other[1]], reason: 'c' })).rejects.toMatchObject({
      field: 'request.link',
    });
  });

  it('are on record with who is meant and why', async () => {
    const world = company();
    await world.operate({ link: [email, id], reason: 'same person' });
    expect(world.recorded('planned')).toMatchObject([
      { once: 'link', data: { link: [`email:${dana}`, 'opaque:00uDana'], reason: 'same person' } },
    ]);
  });

  it.each([[{ link: [email], reason: 'x' }], [{ link: [email, id] }], [{ unlink: 'x', reason: 'x' }]])(
    'refuse %j',
    async (request) => {
      await expect(company().operate(request)).rejects.toMatchObject({ code: 'invalid-input' });
    },
  );
});
