import { describe, expect, it } from 'vitest';
import { callOf, credentialsOf, type RequestOptions } from '../../../functions/authorize/request.ts';
import { httpEvent, requestEvent, stageArn, tokenEvent } from './request-event.ts';

const requestOf = (event: unknown, options?: RequestOptions) => ({
  ...callOf(event),
  ...credentialsOf(event, options),
});

const reasonOf = (event: unknown, options?: RequestOptions): string => {
  try {
    requestOf(event, options);
    return 'understood';
  } catch (error) {
    return (error as { reason?: string }).reason ?? 'another error';
  }
};

describe('requestOf', () => {
  it('reads token, key id and the whole stage', () => {
    expect(requestOf(requestEvent({ authorization: 'Bearer a.b.c', apiKeyId: 'key1' }))).toEqual({
      api: 'rest',
      stageArn,
      method: 'GET',
      path: '/orders/7',
      token: 'a.b.c',
      apiKeyId: 'key1',
      requestId: 'request-1',
    });
  });

  it.each(['authorization', 'AUTHORIZATION', 'Authorization'])('finds the header as %s', (name) => {
    const event = requestEvent({ headers: { [name]: 'bearer a.b.c' }, multiValueHeaders: null });
    expect(requestOf(event).token).toBe('a.b.c');
  });

  it('finds a header that is in multiValueHeaders only', () => {
    const event = requestEvent({ headers: null, multiValueHeaders: { authorization: ['Bearer a.b.c'] } });
    expect(requestOf(event).token).toBe('a.b.c');
  });

  it('accepts one value sent twice', () => {
    const multiValueHeaders = { Authorization: ['Bearer a.b.c', 'Bearer a.b.c'] };
    expect(requestOf(requestEvent({ authorization: 'Bearer a.b.c', multiValueHeaders })).token).toBe('a.b.c');
  });

  it.each([
    ['two values', { multiValueHeaders: { Authorization: ['Bearer a.b.c', 'Bearer d.e.f'] } }],
    ['two spellings', { headers: { Authorization: 'Bearer a.b.c', authorization: 'Bearer d.e.f' } }],
    [
      'maps that differ',
      { authorization: 'Bearer a.b.c', multiValueHeaders: { Authorization: ['Bearer d.e.f'] } },
    ],
  ])('refuses %s', (_name, parts) => {
    expect(reasonOf(requestEvent(parts))).toBe('authorization-ambiguous');
  });

  it.each(['Basic YWRhOmFkYQ==', 'Bearer', 'Bearer ', 'a.b.c', 'Bearer a.b.c, Bearer d.e.f', 'Bearer ä.b.c'])(
    'refuses the header %j, even beside an API key',
    (authorization) => {
      expect(reasonOf(requestEvent({ authorization, apiKeyId: 'key1' }))).toBe('authorization-malformed');
    },
  );

  it('refuses a header above 8 KB and reads one of exactly 8 KB', () => {
    const authorization = `Bearer ${'a'.repeat(8192 - 'Bearer '.length)}`;
    expect(reasonOf(requestEvent({ authorization }))).toBe('understood');
    expect(reasonOf(requestEvent({ authorization: `${authorization}a` }))).toBe('authorization-too-long');
  });

  it('reads an API key alone, and refuses a request with neither', () => {
    expect(requestOf(requestEvent({ apiKeyId: 'key1' }))).toMatchObject({ apiKeyId: 'key1' });
    expect(reasonOf(requestEvent({}))).toBe('no-credential');
    expect(reasonOf(requestEvent({ authorization: '', apiKeyId: '' }))).toBe('no-credential');
  });

  it('refuses a key whose id did not come along', () => {
    const event = requestEvent({ authorization: 'Bearer a.b.c' });
    const identity = { apiKey: 'secret-key-value' };
    expect(reasonOf({ ...event, requestContext: { identity } })).toBe('api-key-without-id');
  });

  const good = requestEvent({ authorization: 'Bearer a.b.c' });
  it.each([
    ['null', null],
    ['text', 'not an event'],
    ['a list', [good]],
    ['an event of another type', { ...good, type: 'WEBSOCKET' }],
    ['payload 2.0 without a route', { ...httpEvent({}), routeArn: undefined }],
    ['a TOKEN event whose token is a list', { ...tokenEvent('x'), authorizationToken: ['Bearer a.b.c'] }],
    ['an ARN that ends with the stage', { ...good, methodArn: good.methodArn.replace('/GET/orders/7', '') }],
    ['no method', { ...good, methodArn: undefined }],
    ['a foreign ARN', { ...good, methodArn: 'arn:aws:lambda:eu-west-1:123456789012:function:x/prod/GET/' }],
    ['a stage that is a wildcard', { ...good, methodArn: good.methodArn.replace('/prod/', '/*/') }],
    ['headers that are text', { ...good, headers: 'Authorization: Bearer a.b.c' }],
    ['a header that is a number', { ...good, headers: { Authorization: 7 } }],
    ['a key id that is an object', { ...good, requestContext: { identity: { apiKeyId: {} } } }],
  ])('refuses %s', (_name, event) => {
    expect(reasonOf(event)).toBe('not-understood');
  });
});

describe('a TOKEN event', () => {
  it('is read: the header alone, which is a bearer token or nothing', () => {
    expect(requestOf(tokenEvent('Bearer a.b.c'))).toEqual({
      ...{ api: 'rest', stageArn, method: 'GET', path: '/orders/7' },
      token: 'a.b.c',
    });
    expect(reasonOf(tokenEvent('a.b.c'))).toBe('authorization-malformed');
    expect(reasonOf(tokenEvent(''))).toBe('no-credential');
    expect(reasonOf(tokenEvent(`Bearer ${'a'.repeat(9000)}`))).toBe('authorization-too-long');
  });

  it('is not believed when it brings headers or a key id, which API Gateway never puts there', () => {
    const smuggled = {
      headers: { authorization: 'Bearer d.e.f' },
      requestContext: { identity: { apiKeyId: 'key1' } },
    };
    expect(requestOf({ ...tokenEvent('Bearer a.b.c'), ...smuggled })).toMatchObject({ token: 'a.b.c' });
    expect(reasonOf({ ...tokenEvent(''), ...smuggled })).toBe('no-credential');
  });
});

describe('an event of an HTTP API, payload 2.0', () => {
  it('is read, with the stage that the route names', () => {
    expect(requestOf(httpEvent({ authorization: 'Bearer a.b.c' }))).toEqual({
      ...{ api: 'http', payload: '2.0', method: 'GET', path: '/orders/7' },
      ...{ token: 'a.b.c', requestId: 'request-2' },
      stageArn: 'arn:aws:execute-api:eu-west-1:123456789012:h1i2j3k4l5/$default/*',
    });
  });

  it('is refused where a header came twice, which API Gateway joins with a comma', () => {
    expect(reasonOf(httpEvent({ authorization: 'Bearer a.b.c,Bearer d.e.f' }))).toBe(
      'authorization-malformed',
    );
    expect(reasonOf(httpEvent({ authorization: 'Bearer a.b.c, Bearer a.b.c' }))).toBe(
      'authorization-malformed',
    );
  });

  it('knows no keys of API Gateway, and takes one of your own for no identity: nobody would check it', () => {
    const apiKeyHeader = 'x-partner-key';
    const event = httpEvent({ 'x-partner-key': 'anything' });
    expect(reasonOf(event, { apiKeyHeader })).toBe('no-credential');
    const both = httpEvent({ authorization: 'Bearer a.b.c', 'x-partner-key': 'anything' });
    expect(requestOf(both, { apiKeyHeader })).toMatchObject({ token: 'a.b.c', apiKey: 'anything' });
    const identity = { apiKeyId: 'key1' };
    expect(reasonOf({ ...httpEvent({}), requestContext: { identity } })).toBe('no-credential');
  });
});

describe('payload 1.0 of an HTTP API', () => {
  const apiKeyHeader = 'x-partner-key';
  const event = (parts: Parameters<typeof requestEvent>[0]) => ({ ...requestEvent(parts), version: '1.0' });

  it('has the form of a REST API, and there is a token in it or nothing', () => {
    const found = requestOf(event({ authorization: 'Bearer a.b.c' }));
    expect(found).toMatchObject({ api: 'http', payload: '1.0', token: 'a.b.c', stageArn });
    const made = event({ headers: { 'X-Partner-Key': 'made-up' }, multiValueHeaders: null });
    expect(reasonOf(made, { apiKeyHeader })).toBe('no-credential');
    expect(reasonOf(event({ apiKeyId: 'key1' }))).toBe('no-credential');
  });

  it('is the last of its kind that is read', () => {
    expect(reasonOf({ ...event({ authorization: 'Bearer a.b.c' }), version: '3.0' })).toBe('not-understood');
    expect(reasonOf({ ...event({ authorization: 'Bearer a.b.c' }), version: 1 })).toBe('not-understood');
  });
});

describe('a key in a header of your own', () => {
  const apiKeyHeader = 'x-partner-key';
  const sending = (...values: string[]) =>
    requestEvent({ headers: {}, multiValueHeaders: { 'X-Partner-Key': values } });

  it('is read in any spelling of the name, and not looked for unless the settings name the header', () => {
    expect(requestOf(sending('k-1'), { apiKeyHeader })).toMatchObject({ apiKey: 'k-1' });
    expect(reasonOf(sending('k-1'))).toBe('no-credential');
  });

  it('is refused where two were sent, and where it is endless', () => {
    expect(reasonOf(sending('k-1', 'k-2'), { apiKeyHeader })).toBe('api-key-ambiguous');
    expect(reasonOf(sending('k'.repeat(8193)), { apiKeyHeader })).toBe('api-key-too-long');
    expect(reasonOf(sending('k-1', 'k-1'), { apiKeyHeader })).toBe('understood');
  });
});
