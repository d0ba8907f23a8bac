import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopApp } from '../../examples/protected-apis.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { gapAfter, statusOf } from '../support/request-gap.ts';
import { bearer, makePerson, recordsOf, tell } from './hand-made.ts';

const seconds = 300;
const rest = { api: 'shoprest01', stage: 'prod', type: 'rest', seconds };
const http = { api: 'shophttp01', stage: '$default', type: 'http', seconds };

/** The template of another team's stack, with five minutes of caching. */
const shopTemplate = async (): Promise<unknown> => {
  const outdir = await mkdtemp(join(tmpdir(), 'cutoff-shop-'));
  try {
    const authorizeArn = 'arn:aws:lambda:eu-west-1:123456789012:function:authorize';
    const { stacks } = shopApp({ authorizeArn, cache: Duration.seconds(seconds), outdir }).synth();
    return JSON.parse(await readFile(join(outdir, stacks[0]?.templateFile ?? ''), 'utf8'));
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};

let cutoff: LocalCutoff;
let urls: { readonly rest: string; readonly http: string };
beforeAll(async () => {
  const template = await shopTemplate();
  cutoff = await startLocalCutoff({
    settings: {
      enforcement: { caches: [rest, http] },
      // As long as the authorizer may run: below that, the settings are refused. The first look, which empties caches too,
      // comes long after what is tested here has to be over.
      verification: { consistencyWindowSeconds: 10, firstDelaySeconds: 120 },
    },
  });
  const start = (api: string, apiId: string) => cutoff.startGateway({ template, api, apiId });
  urls = {
    rest: (await start('shop-rest', rest.api)).url,
    http: (await start('shop-http', http.api)).url,
  };
});
afterAll(() => cutoff?.stop());

const asking = (api: keyof typeof urls, path: string, headers: Record<string, string>) => () =>
  statusOf(`${urls[api]}${path}`, headers);

describe('the example: somebody else’s APIs with Cutoff in front, and caching on', () => {
  it('lets in with a token and with a key, and nobody without; what is open stays open', async () => {
    const token = bearer(await cutoff.issuer.issue('shop-guest@acme.example'));
    for (const api of ['rest', 'http'] as const) {
      expect(await asking(api, '/orders', token)()).toBe(200);
      expect(await asking(api, '/orders', {})()).toBe(401);
      expect(await asking(api, '/health', {})()).toBe(200);
    }
    // Another route, answered from the cache: the policy covers the stage.
    expect(await asking('rest', '/orders/7', token)()).toBe(200);
    expect(await asking('rest', '/partner', token)()).not.toBe(200);
    expect(await asking('http', '/nowhere', token)()).toBe(404);
  });

  it('refuses a REST client on the next request, though its “allow” was cached for five minutes', async (context) => {
    const { email } = await makePerson(cutoff, 'shop-rest');
    const token = bearer(await cutoff.issuer.issue(email));
    expect(await asking('rest', '/orders/7', token)()).toBe(200);
    const eventId: string[] = [];
    const revoke = async () => eventId.push(await tell(cutoff, 'user.lifecycle.deactivate', email));
    const gap = await gapAfter(revoke, asking('rest', '/orders', token));
    await context.annotate(`cached REST API: refused ${gap.milliseconds} ms after the event was sent`);
    expect(await asking('rest', '/orders/7', token)()).toBe(403);

    const records = await recordsOf(cutoff);
    const id = records.find(({ data }) => data.eventId === eventId[0])?.revocationId;
    const denied = records.filter((one) => one.revocationId === id && one.type === 'denied');
    const tokens = denied.find(({ credential }) => credential.startsWith('bearer-token'));
    // 10 s of an authorizer that ran before the row, and then the cache.
    expect(tokens?.data).toMatchObject({ worstCaseSeconds: 310 });
  });

  it('refuses a client of an HTTP API likewise, and lets others through again after the flush', async (context) => {
    const { email } = await makePerson(cutoff, 'shop-http');
    const token = bearer(await cutoff.issuer.issue(email));
    const other = bearer(await cutoff.issuer.issue('shop-other@acme.example'));
    expect(await asking('http', '/orders', other)()).toBe(200);
    const gap = await gapAfter(
      () => tell(cutoff, 'user.lifecycle.deactivate', email),
      asking('http', '/orders', token),
    );
    await context.annotate(`cached HTTP API: refused ${gap.milliseconds} ms after the event was sent`);
    expect(await asking('http', '/orders', other)()).toBe(200);
  });
});
