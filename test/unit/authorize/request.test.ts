import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../functions/authorize/request.ts';
import { requestEvent, stageArn } from './request-event.ts';

const reasonOf = (event: unknown): string => {
  try {
    requestOf(event);
    return 'understood';
  } catch (error) {
    return (error as { reason?: string }).reason ?? 'another error';
  }
};

describe('requestOf', () => {
  it('reads token, key id and the whole stage', () => {
    expect(requestOf(requestEvent({ authorization: 'Bearer a.b.c', apiKeyId: 'key1' }))).toEqual({
      stageArn,
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
    ['a TOKEN event', { type: 'TOKEN', methodArn: good.methodArn, authorizationToken: 'Bearer a.b.c' }],
    ['payload 2.0', { version: '2.0', type: 'REQUEST', routeArn: good.methodArn, headers: good.headers }],
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
