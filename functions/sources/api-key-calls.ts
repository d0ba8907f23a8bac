import { z } from 'zod';
import { partitionOf } from '../credentials/partition.ts';
import type { ApiGatewayKey } from '../domain/credential.ts';
import { turnsOn } from './api-key-update.ts';
import { type CloudTrailRecord, type Meaning, madeBy, parametersOf, unmasked } from './cloudtrail-record.ts';
import { standing } from './iam-calls.ts';

const keyId = unmasked.regex(/^\w{1,128}$/, 'is not the id of an API key');

const apiKey = ({ recipientAccountId: account, awsRegion: region }: CloudTrailRecord, id: string) =>
  ({ kind: 'api-gateway-key', account, region, id }) satisfies ApiGatewayKey;

/** Somebody may have undone us: whether we hold that key down is looked up. */
const updated: Meaning = (record) => {
  const { apiKey: id } = parametersOf(z.object({ apiKey: keyId }), record);
  if (!turnsOn(record)) return 'the API key was not enabled';
  const { awsRegion: region } = record;
  const uri = `arn:${partitionOf(region)}:apigateway:${region}::/apikeys/${id}`;
  return [
    {
      change: 'credential-reactivated',
      subject: { format: 'uri', uri },
      credential: apiKey(record, id),
      ...standing(record),
    },
  ];
};

const createdSchema = z.object({ id: keyId });

/** The value may stand beside the id: nothing but the id is read. */
const created: Meaning = (record) => {
  const id = createdSchema.safeParse(record.responseElements).data?.id;
  if (!id) return 'the API key is not named: the next inventory finds it';
  const credential = apiKey(record, id);
  return { seen: [credential], made: [madeBy(record, credential)] };
};

const taggedSchema = z.object({ resourceArn: z.string() });

/** "API Gateway ARN reference", API Gateway Developer Guide. */
const keyArn = /^arn:[\w-]+:apigateway:[\w-]+::\/apikeys\/(\w{1,128})$/;

const tagged: Meaning = (record) => {
  const arn = taggedSchema.safeParse(record.requestParameters).data?.resourceArn ?? '';
  const id = keyArn.exec(arn)?.[1];
  return id ? { seen: [apiKey(record, id)] } : 'what was tagged is no API key';
};

/**
 * API keys in CloudTrail. Assumption: no record of CreateApiKey and TagResource was found in public, so `id` is taken
 * to stand where the answer has it ("CreateApiKey", API Gateway REST API Reference), and `resourceArn` where the
 * request has it. A record that is otherwise is no reason for an alarm, since the next inventory sees the key.
 */
export const apiKeyCalls: Readonly<Record<string, Meaning>> = {
  CreateApiKey: created,
  UpdateApiKey: updated,
  TagResource: tagged,
  UntagResource: tagged,
};
