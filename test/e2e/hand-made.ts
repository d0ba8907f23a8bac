import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import type { AuditRecord } from '../../functions/domain/audit-record.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import { readTrail } from '../../functions/stores/audit-trail.ts';
import { DynamoDenylist } from '../../functions/stores/denylist.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { danaTarget, logEvent } from '../fixtures/events/okta/log-event.ts';
import { eventually } from '../support/eventually.ts';
import { statusOf } from '../support/request-gap.ts';

export interface HandMade {
  readonly email: string;
  readonly userName: string;
  readonly accessKeyIds: readonly string[];
  readonly apiKey: { readonly id: string; readonly value: string };
}

/** Somebody whom no inventory knows: a user with two keys and an API key, made a moment ago. */
export const makePerson = async (
  { clients, outputs }: LocalCutoff,
  userName: string,
  tags: Record<string, string> = {},
): Promise<HandMade> => {
  const email = `${userName}@acme.example`;
  const all = { 'cutoff:owner': email, ...tags };
  const Tags = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
  await clients.iam.send(new CreateUserCommand({ UserName: userName, Tags }));
  const accessKeyIds: string[] = [];
  for (const _ of ['one', 'two']) {
    const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    accessKeyIds.push(AccessKey?.AccessKeyId ?? '');
  }
  const create = new CreateApiKeyCommand({
    name: userName,
    enabled: true,
    tags: { owner: email.toUpperCase() },
  });
  const { id = '', value = '' } = await clients.apiGateway.send(create);
  const onPlan = { usagePlanId: outputs.ProtectedUsagePlan, keyId: id, keyType: 'API_KEY' };
  await clients.apiGateway.send(new CreateUsagePlanKeyCommand(onPlan));
  return { email, userName, accessKeyIds, apiKey: { id, value } };
};

/** An Okta event about somebody, through EventBridge. Returns the event's own id. */
export const tell = async (
  { clients, outputs, now }: LocalCutoff,
  eventType: string,
  email: string,
  overrides: Record<string, unknown> = {},
): Promise<string> => {
  const target = [{ ...danaTarget, id: `00u-${email}`, alternateId: email }];
  const uuid = crypto.randomUUID();
  const event = logEvent(eventType, { uuid, published: now().toISOString(), target, ...overrides });
  const entry = {
    EventBusName: outputs.EventBus,
    Source: 'aws.partner/okta.com/acme/e2e',
    DetailType: 'SystemLog',
    Detail: JSON.stringify(event),
  };
  await clients.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  return String(event.uuid);
};

export const recordsOf = async ({ clients, outputs }: LocalCutoff): Promise<AuditRecord[]> =>
  [...(await readTrail(clients.dynamoDb, outputs.AuditTable)).values()].flat();

/** The id of the revocation that an event caused, once it is recorded as this. */
export const revocationBy = (
  cutoff: LocalCutoff,
  eventId: string,
  type: AuditRecord['type'] = 'verified',
): Promise<string> =>
  eventually(`${type} by ${eventId}`, async () => {
    const records = await recordsOf(cutoff);
    const id = records.find((record) => record.data.eventId === eventId)?.revocationId;
    const whole = records.filter((record) => record.revocationId === id && record.credential === '-');
    return whole.some((record) => record.type === type) && id;
  });

export const keyStates = async ({ clients }: LocalCutoff, { userName }: HandMade): Promise<string[]> => {
  const { AccessKeyMetadata = [] } = await clients.iam.send(
    new ListAccessKeysCommand({ UserName: userName }),
  );
  return AccessKeyMetadata.map(({ Status }) => String(Status));
};

export const denyPolicyOf = async ({ clients }: LocalCutoff, { userName }: HandMade): Promise<unknown> => {
  const get = new GetUserPolicyCommand({ UserName: userName, PolicyName: 'CutoffDenyAll' });
  const answer = await clients.iam.send(get).catch(() => undefined);
  return answer?.PolicyDocument && JSON.parse(decodeURIComponent(answer.PolicyDocument));
};

export const apiKeyIsEnabled = async ({ clients }: LocalCutoff, { apiKey }: HandMade) =>
  (await clients.apiGateway.send(new GetApiKeyCommand({ apiKey: apiKey.id }))).enabled;

export const denialAt = ({ clients, outputs }: LocalCutoff, key: string): Promise<Denial | undefined> =>
  new DynamoDenylist(clients.dynamoDb, outputs.DenylistTable).read(key);

/** Status of the protected API, as an ordinary client sees it. */
export const ask = async (
  { urls, outputs }: LocalCutoff,
  headers: Record<string, string>,
): Promise<number> => {
  const route = headers.authorization ? 'hello' : 'partner';
  return statusOf(`${urls.gateway}/${outputs.ProtectedStage}/${route}`, headers);
};

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
