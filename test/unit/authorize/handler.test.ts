import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { httpEvent, requestEvent } from './request-event.ts';
import { startTestIssuer } from './test-issuer.ts';
import { type Play, startWireServer } from './wire-server.ts';

describe('handler', () => {
  it('is wired: a real token, the table of its environment, one line for a refusal', async () => {
    const issuer = await startTestIssuer();
    vi.stubEnv('DENYLIST_TABLE', 'the-denylist');
    vi.stubEnv('ISSUERS', JSON.stringify([issuer.settings]));
    vi.stubEnv(
      'AUTHORIZER',
      JSON.stringify({ httpApiResponses: 'iam', memorySeconds: 5, apiKeyHeader: 'x-partner-key' }),
    );
    const empty: Play = (response) =>
      void response.end('{"Responses":{"the-denylist":[]},"UnprocessedKeys":{}}');
    const denylist = await startWireServer(empty, empty);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', denylist.url.href);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { handler } = await import('../../../functions/authorize/handler.ts');

    const event = requestEvent({ authorization: `Bearer ${await issuer.sign()}` });
    const answer = await handler(event, {} as Context);
    expect(answer).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Allow' }] } });
    expect(denylist.seen.map(({ body }) => Object.keys(JSON.parse(body).RequestItems))).toEqual([
      ['the-denylist'],
    ]);

    const http = await handler(httpEvent({ authorization: `Bearer ${await issuer.sign()}` }), {} as Context);
    expect(http).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Allow' }] } });
    const own = requestEvent({ headers: { 'x-partner-key': 'k-1' } });
    expect(await handler(own, {} as Context)).toMatchObject({ usageIdentifierKey: 'k-1' });

    // The keys of the second request were those of the first, and remembered.
    expect(denylist.seen).toHaveLength(2);

    await expect(handler(requestEvent({}), {} as Context)).rejects.toThrow(/^Unauthorized$/);
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)).reason)).toEqual(['no-credential']);

    write.mockRestore();
    vi.unstubAllEnvs();
    await Promise.all([issuer.close(), denylist.close()]);
  });
});
