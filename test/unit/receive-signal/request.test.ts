import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../functions/receive-signal/channel.ts';
import { longestBody, signalRequestOf } from '../../../functions/receive-signal/request.ts';
import { type Sent, signalEvent } from '../../support/signal-request.ts';

const requestOf = (sent: Sent) => signalRequestOf(signalEvent(sent));

describe('the body', () => {
  it('is the bytes as sent, whether they come as text or in base64', () => {
    expect(requestOf({ body: '{"name":"Noor Æ"}' }).body).toEqual(Buffer.from('{"name":"Noor Æ"}'));
    const bytes = Buffer.from([0, 255, 128, 10]);
    expect(requestOf({ body: bytes.toString('base64'), isBase64Encoded: true }).body).toEqual(bytes);
    expect(requestOf({}).body).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['as text', (bytes: Buffer) => ({ body: bytes.toString() })],
    ['in base64', (bytes: Buffer) => ({ body: bytes.toString('base64'), isBase64Encoded: true })],
  ])('may be what Lambda takes %s, and a byte more is refused with 413', (_, sent) => {
    expect(requestOf(sent(Buffer.alloc(longestBody, 'a'))).body).toHaveLength(5_000_000);
    const tooLong = () => requestOf(sent(Buffer.alloc(longestBody + 1, 'a')));
    expect(tooLong).toThrow(Refused);
    expect(tooLong).toThrow(expect.objectContaining({ answer: expect.objectContaining({ status: 413 }) }));
  });

  it('is measured in bytes, not in characters', () => {
    expect(() => requestOf({ body: 'Æ'.repeat(longestBody / 2 + 1) })).toThrow(Refused);
  });
});

describe('headers', () => {
  it('are found in lower case, however they were spelt', () => {
    const headers = { Authorization: 'Bearer x', 'X-GitHub-Event': 'alert' };
    expect(requestOf({ headers }).headers).toEqual({ authorization: 'Bearer x', 'x-github-event': 'alert' });
  });

  it('that differ in case alone are one, with both values', () => {
    const headers = { 'X-Forwarded-For': '192.0.2.1', 'x-forwarded-for': '192.0.2.2' };
    expect(requestOf({ headers }).headers).toEqual({ 'x-forwarded-for': '192.0.2.1,192.0.2.2' });
  });

  it('named like parts of objects are headers', () => {
    const headers = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    const { headers: read } = requestOf({ headers });
    expect(Object.entries(read)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('the path', () => {
  it.each([
    ['/ssf/events', '$default', '/ssf/events'],
    ['/live/ssf/events', 'live', '/ssf/events'],
    ['/live', 'live', '/'],
    ['/lively/ssf', 'live', '/lively/ssf'],
    ['/ssf/events', 'live', '/ssf/events'],
    ['/live/live/x', 'live', '/live/x'],
  ])('%s on stage %s is %s', (path, stage, expected) => {
    expect(requestOf({ path, stage }).path).toBe(expected);
  });

  it.each([
    ['/scim/v2/Users/a b', '/scim/v2/Users/a%20b'],
    ['/scim/v2/Users/a%20b', '/scim/v2/Users/a%20b'],
    ['/scim/v2/Users/æ', '/scim/v2/Users/%C3%A6'],
    ['/scim/v2/Users/100%', '/scim/v2/Users/100%25'],
    ['/scim/v2/Users/%ff', '/scim/v2/Users/%25ff'],
    ['/scim/v2/Users/?a#b', '/scim/v2/Users/%3Fa%23b'],
    ['/scim/v2/Users/auth0|42:1@x', '/scim/v2/Users/auth0%7C42:1@x'],
  ])('%s, decoded by API Gateway or not, is %s', (path, expected) => {
    expect(requestOf({ path }).path).toBe(expected);
  });

  it('can always be decoded again, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^(%[\dA-Fa-f]{0,2}|[a-z/]){0,9}$/)),
        (text) => {
          const { path } = requestOf({ path: `/${text}` });
          expect(path).toMatch(/^\/[!-~]*$/);
          expect(path).not.toMatch(/[?#]/);
          expect(decodeURIComponent(path)).toMatch(/^\//);
        },
      ),
    );
    expect(requestOf({ path: '/\ud800' }).path).toBe('/%EF%BF%BD');
  });
});

describe('the query', () => {
  it('is decoded, and what came twice is joined by a comma', () => {
    const query = 'filter=userName%20eq%20%22a%2Bb%40acme.example%22&count=1&count=2';
    expect(requestOf({ query }).query).toEqual({
      filter: 'userName eq "a+b@acme.example"',
      count: '1,2',
    });
    expect(requestOf({}).query).toEqual({});
  });
});
