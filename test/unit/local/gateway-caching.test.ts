import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthorizerCaches } from '../../../infra/local/authorizer-caches.ts';
import { type Player, play, policyFor } from './gateway-player.ts';
import { gatewayTemplate, restRoute } from './gateway-template.ts';

const token = { Authorization: 'Bearer a.b.c' };
const hello = '200 {"message":"hello"}';
const explicit = '403 {"message":"User is not authorized to access this resource with an explicit deny"}';
const implicit = '403 {"message":"User is not authorized to access this resource"}';

const guardedBy = (id: string) => ({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: id } });
const other = restRoute('Other', 'other', { ...guardedBy('ByToken') });
const reached = '200 {"message":"reached the backend"}';

let now: number;
let caches: AuthorizerCaches;
const start = (properties: Record<string, unknown> = {}, added = other) => {
  const ByToken = { AuthorizerResultTtlInSeconds: 60, ...properties };
  return play({ template: gatewayTemplate({ ByToken }, added), now: () => new Date(now), caches });
};
beforeEach(() => {
  now = 1_000_000;
  caches = new AuthorizerCaches();
});

const deny = (player: Player) => {
  player.answer = () => policyFor('Deny', '*');
};

describe('what an authorizer answered, kept by the local gateway', () => {
  it('decides for as long as it says, and not a moment longer', async () => {
    const player = await start();
    expect(await player.ask('/hello', token)).toBe(hello);
    deny(player);
    now += 59_999;
    expect(await player.ask('/hello', token)).toBe(hello);
    expect(player.events).toHaveLength(1);
    now += 1;
    expect(await player.ask('/hello', token)).toBe(explicit);
    expect(player.events).toHaveLength(2);
  });

  it('is a denial too', async () => {
    const player = await start();
    deny(player);
    expect(await player.ask('/hello', token)).toBe(explicit);
    player.answer = () => policyFor('Allow', '*');
    expect(await player.ask('/hello', token)).toBe(explicit);
  });

  it('is kept for 300 seconds where nothing is said', async () => {
    const player = await start({ AuthorizerResultTtlInSeconds: undefined });
    await player.ask('/hello', token);
    now += 299_999;
    await player.ask('/hello', token);
    expect(player.events).toHaveLength(1);
    now += 1;
    await player.ask('/hello', token);
    expect(player.events).toHaveLength(2);
  });

  it('is not kept at 0', async () => {
    const player = await start({ AuthorizerResultTtlInSeconds: 0 });
    await player.ask('/hello', token);
    deny(player);
    expect(await player.ask('/hello', token)).toBe(explicit);
  });

  it('is another one for each identity, by all of its sources together', async () => {
    const IdentitySource = 'method.request.header.Authorization,method.request.querystring.tenant';
    const player = await start({ IdentitySource });
    await player.ask('/hello?tenant=a', token);
    await player.ask('/hello?tenant=b', token);
    await player.ask('/hello?tenant=a', { Authorization: 'Bearer d.e.f' });
    expect(player.events).toHaveLength(3);
    await player.ask('/hello?tenant=a&page=2', token);
    expect(player.events).toHaveLength(3);
  });

  it('is not kept where it is an error, a 401 or no policy', async () => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    const player = await start();
    player.answer = () => Promise.reject(new Error('Unauthorized'));
    expect(await player.ask('/hello', token)).toBe('401 {"message":"Unauthorized"}');
    player.answer = () => Promise.reject(new Error('boom'));
    expect(await player.ask('/hello', token)).toBe('500 {"message":null}');
    player.answer = () => ({ principalId: 'ada' });
    expect(await player.ask('/hello', token)).toBe('500 {"message":null}');
    player.answer = () => policyFor('Allow', '*');
    expect(await player.ask('/hello', token)).toBe(hello);
    complaints.mockRestore();
  });

  it('does not save a request without its identity source', async () => {
    const player = await start();
    await player.ask('/hello', token);
    expect(await player.ask('/hello')).toBe('401 {"message":"Unauthorized"}');
  });
});

describe('a kept policy at the local gateway', () => {
  it('decides about the other routes of its authorizer', async () => {
    const player = await start();
    player.answer = () => policyFor('Allow', 'arn:aws:execute-api:*:*:api7/prod/*');
    expect(await player.ask('/hello', token)).toBe(hello);
    expect(await player.ask('/other', token)).toBe(reached);
    expect(player.events).toHaveLength(1);
  });

  it('of one route breaks the others', async () => {
    const player = await start();
    player.answer = ({ methodArn }) => policyFor('Allow', methodArn);
    expect(await player.ask('/hello', token)).toBe(hello);
    expect(await player.ask('/other', token)).toBe(implicit);
    expect(await player.ask('/hello', token)).toBe(hello);
    expect(player.events).toHaveLength(1);
  });

  it('says nothing about routes of another authorizer', async () => {
    const second = {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        ...{ RestApiId: { Ref: 'Api' }, Type: 'REQUEST', AuthorizerResultTtlInSeconds: 60 },
        IdentitySource: 'method.request.header.Authorization',
      },
    };
    const added = { Second: second, ...restRoute('Other', 'other', { ...guardedBy('Second') }) };
    const player = await start({}, added);
    await player.ask('/hello', token);
    deny(player);
    expect(await player.ask('/other', token)).toBe(explicit);
    expect(await player.ask('/hello', token)).toBe(hello);
  });
});

describe('a flush at the local gateway', () => {
  it('makes the next request ask again, for everything that the stage kept', async () => {
    const player = await start();
    const second = { Authorization: 'Bearer d.e.f' };
    await player.ask('/hello', token);
    await player.ask('/hello', second);
    deny(player);
    expect(await player.ask('/hello', token)).toBe(hello);
    expect(caches.flush('api7', 'prod')).toBe(true);
    expect(await player.ask('/hello', token)).toBe(explicit);
    expect(await player.ask('/hello', second)).toBe(explicit);
  });

  it('does not reach an answer that is still on its way', async () => {
    const player = await start();
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<unknown>();
    player.answer = () => {
      asked.resolve();
      return answered.promise;
    };
    const request = player.ask('/hello', token);
    await asked.promise;
    caches.flush('api7', 'prod');
    answered.resolve(policyFor('Allow', '*'));
    expect(await request).toBe(hello);
    deny(player);
    expect(await player.ask('/hello', token)).toBe(hello);
  });

  it('reaches no other API and no other stage', async () => {
    const player = await start();
    await player.ask('/hello', token);
    deny(player);
    expect(caches.flush('api8', 'prod')).toBe(false);
    expect(caches.flush('api7', 'test')).toBe(false);
    expect(await player.ask('/hello', token)).toBe(hello);
  });
});
