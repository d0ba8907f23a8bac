import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entraHookChannel } from '../../../functions/receive-signal/entra-hook.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { bodyOf, deliver, requestOf, smallJson, statusOf, tenMegabytes } from './requests.ts';

const secret = 'client-state-of-acme';
const channel = entraHookChannel({ secret: async () => secret });
const path = '/entra/notifications';
const post = (json: unknown, headers: Record<string, string> = {}) => requestOf({ path, json, headers });
const validation = (validationToken: string) => requestOf({ path, query: { validationToken } });

const userId = '3c5f1c0e-acme-4a3b-9a55-0d4f0f6a9e01';
const notification = (overrides: object = {}) => ({
  subscriptionId: '6f2a6a52-acme-4f0c-8f5f-7b0b9c1d2e3f',
  subscriptionExpirationDateTime: '2026-03-09T09:00:00Z',
  clientState: secret,
  changeType: 'updated',
  resource: `Users/${userId}`,
  resourceData: { '@odata.type': '#Microsoft.Graph.User', id: userId, sequenceNumber: 42 },
  tenantId: '0b4b2b0a-acme-4d8e-b1a0-5b7d9f3c2a11',
  ...overrides,
});

describe('the validation', () => {
  it('gives back the decoded token as plain text that nobody sniffs', async () => {
    const token = 'Validation: Testing client application reachability for subscription Request-Id: 5f-acme';
    expect((await deliver(channel, validation(token))).answer).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: token,
    });
  });

  it('gives back no markup, no control characters and no long text', async () => {
    for (const token of ['', '<script>alert(1)</script>', 'a\r\nb', 'é', 'x'.repeat(1025)]) {
      const { answer } = await deliver(channel, validation(token));
      expect(answer.status).toBe(400);
      if (token) expect(answer.body).not.toContain(token);
    }
  });

  it('never turns a body into signals', async () => {
    const request = { ...post({ value: [notification()] }), query: { validationToken: 'x' } };
    expect((await deliver(channel, request)).signals).toEqual([]);
  });
});

describe('a notification', () => {
  it('becomes a signal for each item, without clientState and rich content', async () => {
    const { clientState: _, ...item } = notification();
    const rich = notification({ encryptedContent: { data: 'x', dataKey: 'y' }, changeType: 'deleted' });
    const { answer, signals } = await deliver(channel, post({ value: [notification(), rich] }));
    expect(answer).toEqual({ status: 202 });
    expect(signals).toEqual([
      { source: 'cutoff.entra', detailType: 'ChangeNotification', detail: item },
      {
        source: 'cutoff.entra',
        detailType: 'ChangeNotification',
        detail: { ...item, changeType: 'deleted' },
      },
    ]);
    expect(JSON.stringify(signals)).not.toContain(secret);
  });

  it('about the subscription itself is passed on too', async () => {
    const { changeType: _, resourceData: __, ...lifecycle } = notification({ lifecycleEvent: 'missed' });
    const { signals } = await deliver(channel, post({ value: [lifecycle] }));
    expect(signals).toMatchObject([{ detail: { lifecycleEvent: 'missed' } }]);
  });

  it('that cannot be read is refused, naming the field', async () => {
    const errorOf = async (json: unknown) =>
      (bodyOf(await deliver(channel, post(json))) as { error: string }).error;
    expect(await errorOf({})).toContain('body.value');
    expect(await errorOf({ value: [] })).toContain('body.value');
    expect(await errorOf({ value: [notification(), 'text'] })).toContain('body.value.1');
    expect(await errorOf({ value: [notification({ resource: 'x'.repeat(60_000) })] })).toContain('value.0');
  });
});

describe('who is believed', () => {
  it('only who knows clientState, in every item', async () => {
    for (const clientState of [
      undefined,
      null,
      '',
      'client-state-of-acm',
      `${secret}x`,
      [secret],
      { secret },
    ]) {
      const json = { value: [notification(), notification({ clientState })] };
      expect(await deliver(channel, post(json))).toMatchObject({ answer: { status: 401 }, signals: [] });
    }
    const unset = entraHookChannel({ secret: async () => '' });
    expect(await statusOf(unset, post({ value: [notification({ clientState: '' })] }))).toBe(401);
  });

  it('other methods, paths, sizes and content types are refused', async () => {
    const good = post({ value: [notification()] });
    expect(await statusOf(channel, good)).toBe(202);
    expect(await statusOf(channel, { ...good, method: 'GET' })).toBe(405);
    expect(await statusOf(channel, { ...good, path: '/entra/notifications/x' })).toBe(404);
    expect(await statusOf(channel, { ...good, body: tenMegabytes })).toBe(413);
    expect(await statusOf(channel, { ...good, headers: {} })).toBe(415);
  });
});

it(
  'never fails on what is sent, and makes no signal without the secret',
  async () => {
    const item = fc.dictionary(
      fc.constantFrom('clientState', 'resourceData', 'changeType', 'resource', '__proto__', 'tenantId'),
      fc.oneof(fc.constant(secret), smallJson),
    );
    const body = fc.oneof(
      fc.array(fc.oneof(item, smallJson), { maxLength: 3 }).map((value) => ({ value })),
      anyJson,
    );
    const isKnown = (one: unknown) => (one as { clientState?: unknown } | null)?.clientState === secret;
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        const { answer, signals } = await deliver(channel, post(json));
        expect(answer.status).toBeLessThan(500);
        const items = (json as { value?: unknown[] } | null)?.value;
        if (signals.length > 0) expect(items?.every(isKnown)).toBe(true);
      }),
      { numRuns: fuzzRuns },
    );
  },
  10_000 + 30 * fuzzRuns,
);
