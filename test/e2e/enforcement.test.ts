import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { gapAfter, statusOf } from '../support/request-gap.ts';
import { bearer, makePerson, tell } from './hand-made.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
});
afterAll(() => cutoff?.stop());

const operate = (request: object) =>
  cutoff.invoke(cutoff.outputs.OperatorFunction, { reason: 'e2e', ...request });

const routeOf = (path: string) => `${cutoff.urls.gateway}/${cutoff.outputs.ProtectedStage}${path}`;

/** What an ordinary client sends to a route of the protected API. */
const asking = (path: string, headers: Record<string, string>) => () => statusOf(routeOf(path), headers);

const withToken = (token: string, path = '/hello') => asking(path, bearer(token));

describe('over HTTP, the next request is refused', () => {
  it('with a token, from either kind of authorizer, and so is a new token of a blocked subject', async (context) => {
    const { email } = await makePerson(cutoff, 'gap-token');
    const token = await cutoff.issuer.issue(email);
    const other = await cutoff.issuer.issue('gap-bystander@acme.example');
    expect(await withToken(token, '/legacy')()).toBe(200);
    const gap = await gapAfter(() => tell(cutoff, 'user.lifecycle.deactivate', email), withToken(token));
    await context.annotate(`token: refused ${gap.milliseconds} ms after the event was sent`);
    expect(await withToken(token, '/legacy')()).toBe(403);
    expect(await withToken(await cutoff.issuer.issue(email))()).toBe(403);
    expect(await withToken(await cutoff.issuer.issue(email), '/legacy')()).toBe(403);
    expect(await withToken(other)()).toBe(200);
    expect(await withToken(other, '/legacy')()).toBe(200);
  });

  it('with an API key', async (context) => {
    const { email, apiKey } = await makePerson(cutoff, 'gap-key');
    const ask = asking('/partner', { 'x-api-key': apiKey.value });
    const gap = await gapAfter(() => tell(cutoff, 'user.lifecycle.deactivate', email), ask);
    await context.annotate(`API key: refused ${gap.milliseconds} ms after the event was sent`);
  });

  it('with a token of a retired client, whoever it was issued for', async (context) => {
    const client_id = 'app-acme-logistics';
    const token = await cutoff.issuer.issue('gap-client@acme.example', { client_id });
    const other = await cutoff.issuer.issue('gap-client@acme.example', { client_id: 'app-other' });
    const retire = () =>
      operate({ subject: { format: 'opaque', id: client_id }, change: 'application-retired' });
    const gap = await gapAfter(retire, withToken(token));
    await context.annotate(`client: refused ${gap.milliseconds} ms after the operator was called`);
    expect(await withToken(other)()).toBe(200);
  });

  it.for(['jti', 'sid'] as const)('with one %s, and no other of the same person', async (by, context) => {
    const value = `gap-${by}-1`;
    const sub = `gap-${by}@acme.example`;
    const token = await cutoff.issuer.issue(sub, { [by]: value });
    const other = await cutoff.issuer.issue(sub, { [by]: `${value}-other` });
    const credential = { kind: 'bearer-token', issuer: cutoff.issuer.issuer, by, value };
    const gap = await gapAfter(() => operate({ credential }), withToken(token));
    await context.annotate(`${by}: refused ${gap.milliseconds} ms after the operator was called`);
    expect(await withToken(other)()).toBe(200);
  });

  it('with a token of a cleared session, while a newly issued one works', async (context) => {
    const { email } = await makePerson(cutoff, 'gap-session');
    const token = await cutoff.issuer.issue(email);
    const gap = await gapAfter(() => tell(cutoff, 'user.session.clear', email), withToken(token));
    await context.annotate(`session clear: refused ${gap.milliseconds} ms after the event was sent`);
    // The cutoff is rounded up to the second, and so is refused what is issued until then.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await withToken(await cutoff.issuer.issue(email))()).toBe(200);
  });
});
