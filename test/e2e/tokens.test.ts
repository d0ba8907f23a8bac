import { CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../functions/issue/answer.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { gapAfter, statusOf } from '../support/request-gap.ts';
import { bearer, type HandMade, makePerson, recordsOf, tell } from './hand-made.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
});
afterAll(() => cutoff?.stop());

interface Exchanged {
  readonly status: number;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const exchange = async (route: string, headers: Record<string, string>): Promise<Exchanged> => {
  const answer = await fetch(`${cutoff.urls.tokens}/token/${route}`, { method: 'POST', headers });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, token: String(body.access_token), body };
};

const byKey = ({ apiKey }: HandMade) => exchange('api-key', { 'x-api-key': apiKey.value });

/** As the SDKs sign. The stand-in reads the key's id, and checks nothing else. */
const signedBy = (accessKeyId: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260301/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
});
const byIam = (accessKeyId: string) => exchange('iam', signedBy(accessKeyId));

const withToken = (token: string) => () =>
  statusOf(`${cutoff.urls.gateway}/${cutoff.outputs.ProtectedStage}/hello`, bearer(token));

const operate = (request: object) =>
  cutoff.invoke(cutoff.outputs.OperatorFunction, { reason: 'e2e', ...request });

const ownerOf = ({ email }: Pick<HandMade, 'email'>) => ({ format: 'email', email });

const issueKey = async (person: HandMade): Promise<HandMade['apiKey']> => {
  const usagePlan = cutoff.outputs.TokenUsagePlan;
  const request = { issue: 'api-key', owner: ownerOf(person), usagePlan, reason: 'e2e' };
  const { credential, secret } = (await cutoff.invoke(cutoff.outputs.IssueFunction ?? '', request)) as Answer;
  return { id: credential.split(':').at(-1) ?? '', value: Object.values(secret ?? {})[0] ?? '' };
};

/** Somebody with a key that was issued on the plan, and a user that an operator has assigned. */
const makeHolder = async (name: string): Promise<HandMade> => {
  const person = await makePerson(cutoff, name);
  await operate({ assign: { kind: 'iam-user', id: name }, owner: ownerOf(person) });
  return { ...person, apiKey: await issueKey(person) };
};

/** The revocation that an operator's word began, once it is proven. */
const proven = async (request: object): Promise<string> => {
  const { revocationId } = (await operate(request)) as { revocationId: string };
  await eventually('verified', async () => {
    const records = await recordsOf(cutoff);
    return records.some(
      (one) => one.revocationId === revocationId && one.credential === '-' && one.type === 'verified',
    );
  });
  return revocationId;
};

describe('a token for an API key', () => {
  it('opens the protected API, and says who it is for: anybody can verify that', async () => {
    const holder = await makeHolder('token-reader');
    const { status, token, body } = await byKey(holder);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(await withToken(token)()).toBe(200);

    const issuer = cutoff.urls.tokens;
    const described = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = (await described.json()) as { jwks_uri: string };
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    const { payload } = await jwtVerify(token, keys, { issuer, audience: 'cutoff-local', typ: 'at+jwt' });
    const apiKey = `api-gateway-key:123456789012:eu-west-1:${holder.apiKey.id}`;
    expect(payload).toMatchObject({ sub: holder.email, client_id: apiKey, sid: apiKey });

    const jti = String(payload.jti);
    const Key = { pk: `token#${jti}`, sk: 'token' };
    const row = await cutoff.clients.dynamoDb.send(
      new GetCommand({ TableName: cutoff.outputs.RegistryTable, Key }),
    );
    expect(row.Item).toMatchObject({
      owners: [`email:${holder.email}`],
      client: apiKey,
    });
    const records = (await recordsOf(cutoff)).filter(({ revocationId }) => revocationId === jti);
    expect(records).toMatchObject([{ type: 'issued', data: { exchangedFor: apiKey } }]);
    expect(JSON.stringify(records)).not.toContain(token.split('.')[2]);
  });

  it('is refused on the request after the key was revoked, and so is the next exchange', async (context) => {
    const holder = await makeHolder('token-key');
    const { token } = await byKey(holder);
    const other = await byKey(await makeHolder('token-bystander'));
    const credential = { kind: 'api-gateway-key', id: holder.apiKey.id };
    const gap = await gapAfter(() => operate({ credential }), withToken(token));
    await context.annotate(`exchanged token: refused ${gap.milliseconds} ms after the operator was called`);
    expect((await byKey(holder)).status).toBe(403);
    expect(await withToken(other.token)()).toBe(200);
  });

  it('is refused when its owner leaves, and whoever left gets no other', async (context) => {
    const holder = await makeHolder('token-leaver');
    const { token } = await byKey(holder);
    const gap = await gapAfter(
      () => tell(cutoff, 'user.lifecycle.deactivate', holder.email),
      withToken(token),
    );
    await context.annotate(`leaver's token: refused ${gap.milliseconds} ms after the event was sent`);
    expect((await byKey(holder)).status).toBe(403);
    // Her access key may still be active for a moment; her name is on the denylist.
    expect([400, 401, 403]).toContain((await byIam(holder.accessKeyIds[0] ?? '')).status);
  });

  it('comes again once the key is restored; those of before are none of the worse for it', async () => {
    const holder = await makeHolder('token-restored');
    const { token } = await byKey(holder);
    const credential = { kind: 'api-gateway-key', id: holder.apiKey.id };
    const restore = await proven({ credential });
    expect(await withToken(token)()).toBe(403);
    await operate({ restore });
    await eventually('the key opens again', async () => (await byKey(holder)).status === 200);
    expect(await withToken((await byKey(holder)).token)()).toBe(200);
    expect(await withToken(token)()).toBe(200);
  });

  it('is not for a key without a plan, nor for whom a tag alone names', async () => {
    const partner = await makePerson(cutoff, 'token-partner'); // on the other API's plan alone
    expect((await byKey(partner)).status).toBe(403);
    const plan = { usagePlanId: cutoff.outputs.TokenUsagePlan, keyId: partner.apiKey.id, keyType: 'API_KEY' };
    await cutoff.clients.apiGateway.send(new CreateUsagePlanKeyCommand(plan));
    const refused = { status: 400, body: { error: 'unauthorized_client' } };
    expect(await byKey(partner)).toMatchObject(refused);
    await cutoff.invoke(cutoff.outputs.UpkeepFunction, {});
    expect(await byKey(partner)).toMatchObject(refused);
    expect(await byIam(partner.accessKeyIds[0] ?? '')).toMatchObject(refused);
    await operate({ assign: { kind: 'api-gateway-key', id: partner.apiKey.id }, owner: ownerOf(partner) });
    expect((await byKey(partner)).status).toBe(200);
    expect((await exchange('api-key', {})).status).toBe(403);
  });
});

describe('a token for an IAM user', () => {
  it('opens the protected API, until the user is revoked', async () => {
    const holder = await makeHolder('token-user');
    const tokens = await Promise.all(holder.accessKeyIds.map(byIam));
    expect(tokens.map(({ status }) => status)).toEqual([200, 200]);
    for (const { token } of tokens) expect(await withToken(token)()).toBe(200);
    const credential = { kind: 'iam-user', id: holder.userName };
    const [first, second] = tokens.map(({ token }) => withToken(token));
    await gapAfter(() => operate({ credential }), first ?? expect.fail());
    expect(await second?.()).toBe(403);
  });

  it('ends with a key that leaked; the user’s other key loses those of before, and gets new ones', async () => {
    const holder = await makeHolder('token-leak');
    const [leaked = '', kept = ''] = holder.accessKeyIds;
    const [first, second] = [await byIam(leaked), await byIam(kept)];
    const credential = { kind: 'iam-access-key', id: leaked };
    await gapAfter(() => operate({ credential }), withToken(first.token));
    expect(await withToken(second.token)()).toBe(403);
    await eventually('the other key gets a token that passes', async () => {
      const { status, token } = await byIam(kept);
      return status === 200 && (await withToken(token)()) === 200;
    });
    expect((await byIam(leaked)).status).not.toBe(200);
  });

  it('is not for a key that is inactive or unknown, nor for nobody', async () => {
    const holder = await makeHolder('token-inactive');
    const [AccessKeyId = ''] = holder.accessKeyIds;
    const off = { UserName: holder.userName, AccessKeyId, Status: 'Inactive' } as const;
    await cutoff.clients.iam.send(new UpdateAccessKeyCommand(off));
    expect((await byIam(AccessKeyId)).status).toBe(403);
    expect((await byIam('AKIANOBODY0000000000')).status).toBe(403);
    expect((await exchange('iam', {})).status).toBe(403);
  });
});
