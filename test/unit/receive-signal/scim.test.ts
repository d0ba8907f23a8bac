import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, deliver, requestOf, tenMegabytes } from './requests.ts';
import { dana, errorOf, listIn, type ScimService, scimService, scimToken } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

describe('who is believed', () => {
  it('only who sends the bearer token; the scheme may have any case', async () => {
    const get = (authorization?: string) =>
      deliver(
        scim.channel,
        requestOf({ method: 'GET', path: '/scim/v2/Users', headers: authorization ? { authorization } : {} }),
      );
    for (const one of [
      undefined,
      scimToken,
      'Bearer',
      `Bearer ${scimToken}x`,
      `Basic ${scimToken}`,
      'Bearer  ',
    ]) {
      const outcome = await get(one);
      expect(errorOf(outcome)).toEqual([401, undefined]);
      expect(outcome.answer.headers).toMatchObject({ 'www-authenticate': 'Bearer realm="scim"' });
    }
    expect((await get(`bearer ${scimToken}`)).answer.status).toBe(200);
  });

  it('nothing is read, stored or said without it', async () => {
    const { id } = await scim.make('Users', dana);
    const request = requestOf({ method: 'DELETE', path: `/scim/v2/Users/${id}` });
    expect(await deliver(scim.channel, request)).toMatchObject({ answer: { status: 401 }, signals: [] });
    expect(await scim.directory.users.get(id)).toBeDefined();
  });
});

describe('what is told about the service', () => {
  it('bearer tokens, patches and filters, and nothing else', async () => {
    expect(bodyOf(await scim.call('GET', 'ServiceProviderConfig'))).toMatchObject({
      patch: { supported: true },
      filter: { supported: true, maxResults: 100 },
      bulk: { supported: false },
      etag: { supported: false },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
  });

  it('the types and their schemas, as lists and one by one', async () => {
    const types = listIn(await scim.call('GET', 'ResourceTypes'));
    expect(types.Resources.map(({ id, endpoint }) => [id, endpoint])).toEqual([
      ['User', '/Users'],
      ['Group', '/Groups'],
    ]);
    const schemas = listIn(await scim.call('GET', 'Schemas'));
    expect([schemas.totalResults, schemas.itemsPerPage, schemas.startIndex]).toEqual([2, 2, 1]);
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';
    expect(bodyOf(await scim.call('GET', `Schemas/${encodeURIComponent(urn)}`))).toMatchObject({
      id: urn,
      name: 'User',
    });
    expect(errorOf(await scim.call('GET', 'Schemas/other'))).toEqual([404, undefined]);
    expect(errorOf(await scim.call('GET', '__proto__'))).toEqual([404, undefined]);
  });
});

describe('other requests', () => {
  it('are refused: paths, methods, sizes, content types, bodies', async () => {
    const { id } = await scim.make('Users', dana);
    for (const path of [
      '',
      'Bulk',
      'Me',
      'users',
      `Users/${id}/x`,
      'Users/%E0%A4%A',
      `Users/${'x'.repeat(5000)}`,
    ]) {
      expect(errorOf(await scim.call('GET', path))[0]).toBe(404);
    }
    expect((await scim.call('DELETE', 'Users')).answer).toMatchObject({
      status: 405,
      headers: { allow: 'GET, POST' },
    });
    expect(errorOf(await scim.call('POST', `Users/${id}`, dana))).toEqual([405, undefined]);
    const post = requestOf({ path: '/scim/v2/Users', headers: { authorization: `Bearer ${scimToken}` } });
    const answerTo = async (overrides: object) =>
      errorOf(await deliver(scim.channel, { ...post, ...overrides }))[0];
    expect(await answerTo({ body: tenMegabytes })).toBe(413);
    expect(await answerTo({ body: Buffer.from('{') })).toBe(400);
    expect(await answerTo({ headers: { ...post.headers, 'content-type': 'text/xml' } })).toBe(415);
  });

  it('for an id that no key of the table could hold never reach it', async () => {
    scim.directory.users.get = () => Promise.reject(new Error('ValidationException'));
    expect(errorOf(await scim.call('GET', `Users/${'x'.repeat(65)}`))).toEqual([404, undefined]);
  });

  it('that fail in the store are our trouble', async () => {
    const service = scimService();
    service.directory.users.get = () => Promise.reject(new Error('no table'));
    await expect(service.call('GET', 'Users/x')).rejects.toThrow('no table');
  });
});
