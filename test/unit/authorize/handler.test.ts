import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it, vi } from 'vitest';
import { requestEvent } from './request-event.ts';
import { startTestIssuer } from './test-issuer.ts';

describe('handler', () => {
  it('is wired: a real token, the table of its environment, one line for a refusal', async () => {
    const issuer = await startTestIssuer();
    vi.stubEnv('DENYLIST_TABLE', 'the-denylist');
    vi.stubEnv('ISSUERS', JSON.stringify([issuer.settings]));
    const dynamo = mockClient(DynamoDBClient);
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { 'the-denylist': [] }, UnprocessedKeys: {} });
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { handler } = await import('../../../functions/authorize/handler.ts');

    const event = requestEvent({ authorization: `Bearer ${await issuer.sign()}` });
    const answer = await handler(event, {} as Context);
    expect(answer.policyDocument.Statement[0]?.Effect).toBe('Allow');
    expect(
      dynamo
        .commandCalls(BatchGetItemCommand)
        .flatMap((call) => Object.keys(call.args[0].input.RequestItems ?? {})),
    ).toEqual(['the-denylist']);

    await expect(handler(requestEvent({}), {} as Context)).rejects.toThrow(/^Unauthorized$/);
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)).reason)).toEqual(['no-credential']);

    write.mockRestore();
    vi.unstubAllEnvs();
    await issuer.close();
  });
});
