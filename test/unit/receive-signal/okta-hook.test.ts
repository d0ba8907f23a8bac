import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oktaHookChannel } from '../../../functions/receive-signal/okta-hook.ts';
import { okta } from '../../../functions/sources/okta.ts';
import { danaTarget, envelope, logEvent } from '../../fixtures/events/okta/log-event.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { bodyOf, deliver, requestOf, smallJson, statusOf, tenMegabytes } from './requests.ts';

const secret = 'hook-secret-of-acme';
const channel = oktaHookChannel({ secret: async () => secret });
const path = '/okta/events';
const post = (json: unknown, headers: Record<string, string> = {}) =>
  requestOf({ path, json, headers: { authorization: secret, ...headers } });
const delivery = (...events: unknown[]) => ({
  eventType: 'com.okta.event_hook',
  eventId: 'e6c0a7d2-acme',
  data: { events },
});
const challenge = (value?: string) =>
  requestOf({
    method: 'GET',
    path,
    headers: value === undefined ? {} : { 'x-okta-verification-challenge': value },
  });

describe('the verification', () => {
  it('gives back the challenge, without the secret', async () => {
    const outcome = await deliver(channel, challenge('qW3rTy-acme_Challenge.42'));
    expect(outcome.answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(bodyOf(outcome)).toEqual({ verification: 'qW3rTy-acme_Challenge.42' });
  });

  it('gives back nothing that is missing, long or not a token', async () => {
    for (const value of [undefined, '', 'a b', '<script>', 'x'.repeat(257), 'a"b']) {
      const { answer } = await deliver(channel, challenge(value));
      expect(answer.status).toBe(400);
      if (value) expect(answer.body).not.toContain(value);
    }
  });
});

describe('a delivery', () => {
  it('becomes a signal for each event, which the okta source understands', async () => {
    const events = [logEvent('user.lifecycle.suspend'), logEvent('user.session.clear')];
    const { answer, signals } = await deliver(channel, post(delivery(...events)));
    expect(answer).toEqual({ status: 204 });
    const understood = signals.map(({ source, detailType, detail }) =>
      okta.normalise(envelope(detail, { source, 'detail-type': detailType })),
    );
    expect(understood).toEqual(events.map((event) => okta.normalise(envelope(event))));
  });

  it('leaves behind whatever the source does not read', async () => {
    const event = logEvent('user.account.privilege.grant', {
      debugContext: { debugData: { requestUri: '/api', privilegeGranted: 'Help desk administrator' } },
      target: [{ ...danaTarget, detailEntry: { password: 'x' }, changeDetails: { from: {}, to: {} } }],
    });
    const { signals } = await deliver(channel, post(delivery(event)));
    expect(signals).toEqual([
      {
        source: 'cutoff.okta',
        detailType: 'SystemLog',
        detail: {
          uuid: event.uuid,
          eventType: 'user.account.privilege.grant',
          published: event.published,
          outcome: { result: 'SUCCESS', reason: null },
          target: [
            {
              id: danaTarget.id,
              type: 'User',
              alternateId: danaTarget.alternateId,
              displayName: danaTarget.displayName,
            },
          ],
          debugContext: { debugData: { privilegeGranted: 'Help desk administrator' } },
        },
      },
    ]);
  });

  it('okta-target-null: an event without targets stays one', async () => {
    const { signals } = await deliver(
      channel,
      post(delivery(logEvent('user.lifecycle.suspend', { target: null }))),
    );
    expect(signals).toMatchObject([{ detail: { target: null } }]);
  });

  it('okta-delete-completed: a deletion is known by its beginning, the only half that hooks get', async () => {
    const { signals } = await deliver(channel, post(delivery(logEvent('user.lifecycle.delete.initiated'))));
    const [signal] = signals;
    expect(okta.normalise(envelope(signal?.detail)).changes).toMatchObject([{ change: 'deleted' }]);
  });

  it('that cannot be a signal is refused, naming the field', async () => {
    const event = logEvent('user.lifecycle.suspend');
    const fieldOf = async (json: unknown) =>
      (bodyOf(await deliver(channel, post(json))) as { error: string }).error;
    expect(await fieldOf(delivery({ ...event, uuid: undefined }))).toContain('body.data.events.0.uuid');
    expect(await fieldOf(delivery(event, 'text'))).toContain('body.data.events.1');
    expect(await fieldOf(delivery())).toContain('body.data.events');
    expect(await fieldOf({})).toContain('body.data');
    const target = Array.from({ length: 2000 }, () => danaTarget);
    expect(await fieldOf(delivery({ ...event, target }))).toContain('data.events.0');
  });
});

describe('who is believed', () => {
  const json = delivery(logEvent('user.lifecycle.deactivate'));

  it('only who sends the secret', async () => {
    for (const authorization of ['', 'hook-secret-of-acm', `${secret} `, `Bearer ${secret}`]) {
      expect(await deliver(channel, post(json, { authorization }))).toMatchObject({
        answer: { status: 401 },
        signals: [],
      });
    }
    expect(await statusOf(channel, requestOf({ path, json }))).toBe(401);
    const unset = oktaHookChannel({ secret: async () => '' });
    expect(await statusOf(unset, post(json, { authorization: '' }))).toBe(401);
  });

  it('other methods, paths, sizes and content types are refused', async () => {
    expect(await statusOf(channel, { ...post(json), method: 'PUT' })).toBe(405);
    expect(await statusOf(channel, { ...post(json), path: '/okta/events/x' })).toBe(404);
    expect(await statusOf(channel, { ...post(json), body: tenMegabytes })).toBe(413);
    expect(await statusOf(channel, post(json, { 'content-type': 'text/plain' }))).toBe(415);
    expect(await statusOf(channel, { ...post(json), body: Buffer.from([0x22, 0xff, 0x22]) })).toBe(400);
  });

  it('a secret that cannot be had is our trouble', async () => {
    const broken = oktaHookChannel({ secret: () => Promise.reject(new Error('no secret')) });
    await expect(deliver(broken, post(json))).rejects.toThrow('no secret');
  });
});

it(
  'never fails on what is sent, and makes no signal without the secret',
  async () => {
    const event = fc.record(
      {
        uuid: fc.oneof(fc.uuid(), smallJson),
        eventType: fc.oneof(fc.constant('user.lifecycle.suspend'), smallJson),
        published: smallJson,
        outcome: smallJson,
        target: fc.oneof(fc.array(fc.oneof(fc.constant(danaTarget), smallJson), { maxLength: 3 }), smallJson),
        debugContext: smallJson,
      },
      { requiredKeys: ['uuid'] },
    );
    const body = fc.oneof(
      fc.array(event, { maxLength: 3 }).map((events) => delivery(...events)),
      anyJson,
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (json, isOkta) => {
        const { answer, signals } = await deliver(
          channel,
          post(json, isOkta ? {} : { authorization: 'other' }),
        );
        expect(answer.status).toBeLessThan(500);
        if (!isOkta) expect([answer.status, signals]).toEqual([401, []]);
      }),
      { numRuns: fuzzRuns },
    );
  },
  10_000 + 30 * fuzzRuns,
);
