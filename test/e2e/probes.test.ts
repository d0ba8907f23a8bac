import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../../infra/local/http-server.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { makePerson, recordsOf, revocationBy, tell } from './hand-made.ts';
import { addSecret } from './prepared.ts';

/** Somebody has put this in front of the gateway; it may forget to ask the gateway. */
const front = { gateway: '', forgets: false };

const passOn = async ({ url, headers }: IncomingMessage) => {
  if (front.forgets) return { status: 200, body: { message: 'reached the backend' } };
  const sent = ['authorization', 'x-api-key'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  const answer = await fetch(`${front.gateway}${url}`, { headers: sent });
  const type = answer.headers.get('x-amzn-errortype');
  const body: unknown = await answer.json();
  return { status: answer.status, body, ...(type && { headers: { 'x-amzn-errortype': type } }) };
};

let proxy: HttpServer;
let cutoff: LocalCutoff;
beforeAll(async () => {
  proxy = await startHttpServer('front', 0, passOn);
  cutoff = await startLocalCutoff({
    settings: async (clients, { gateway, issuer }) => {
      front.gateway = gateway;
      const clientSecretArn = await addSecret(clients, 'canary', { value: JSON.stringify(issuer.canary) });
      const canary = { url: `${proxy.url}/prod/hello`, tokenUrl: issuer.tokenUrl, clientSecretArn };
      return { enforcement: { probes: { apiKeyUrl: `${proxy.url}/prod/partner`, canary } } };
    },
  });
});
afterAll(async () => {
  await cutoff?.stop();
  await proxy?.close();
});

const recordsAbout = async (kind: string, type: string, revocationId: string) =>
  (await recordsOf(cutoff)).filter(
    (one) => one.revocationId === revocationId && one.type === type && one.credential.startsWith(kind),
  );

const levelsIn = (data: Readonly<Record<string, unknown>>) => {
  const evidence = data.evidence as { level: string; state: string }[];
  return new Set(evidence.map(({ level, state }) => `${level} ${state}`));
};

describe('with probes', () => {
  it('a leaver is verified by requests that were refused, beside what was read', async () => {
    const { email, apiKey } = await makePerson(cutoff, 'probed');
    const id = await revocationBy(cutoff, await tell(cutoff, 'user.lifecycle.deactivate', email));
    for (const kind of ['api-gateway-key', 'bearer-token']) {
      const [proof] = await recordsAbout(kind, 'verified', id);
      expect(levelsIn(proof?.data ?? {})).toEqual(new Set(['control-plane dead', 'probe dead']));
    }
    // Nothing that was tried is written down.
    expect(JSON.stringify(await recordsOf(cutoff))).not.toContain(apiKey.value);
  });

  it('nobody is verified while requests get through, and everybody is once they are refused', async () => {
    front.forgets = true;
    const { email } = await makePerson(cutoff, 'let-through');
    const eventId = await tell(cutoff, 'user.lifecycle.deactivate', email);
    const id = await eventually('planned', async () => {
      const records = await recordsOf(cutoff);
      return records.find(({ data }) => data.eventId === eventId)?.revocationId;
    });
    for (const kind of ['api-gateway-key', 'bearer-token']) {
      await eventually(
        `${kind} unverified`,
        async () => (await recordsAbout(kind, 'unverified', id)).length > 0,
      );
      expect(await recordsAbout(kind, 'verified', id)).toEqual([]);
    }
    front.forgets = false;
    // Looks have grown apart by now, so each waits for itself.
    for (const kind of ['api-gateway-key', 'bearer-token']) {
      await eventually(`${kind} verified`, async () => (await recordsAbout(kind, 'verified', id)).length > 0);
    }
    await revocationBy(cutoff, eventId);
  });
});
