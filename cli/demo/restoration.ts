import { setTimeout as sleep } from 'node:timers/promises';
import { GetApiKeyCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import {
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Company, SeededApiKey, SeededUser } from '../../infra/local/company.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { type Check, check, trailOf } from './checks.ts';

const userState = async ({ clients: { iam } }: LocalCutoff, { userName: UserName }: SeededUser) => {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const policies = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
    return [PolicyName, PolicyDocument];
  });
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  return {
    UserName,
    keys: AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]).sort(),
    inline: await Promise.all(policies),
    attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
  };
};

const apiKeyState = async ({ clients: { apiGateway } }: LocalCutoff, { id }: SeededApiKey) => {
  const { enabled } = await apiGateway.send(new GetApiKeyCommand({ apiKey: id }));
  const { items = [] } = await apiGateway.send(new GetUsagePlansCommand({ keyId: id }));
  return { id, enabled, usagePlans: items.map((plan) => plan.id).sort() };
};

/** All that a revocation may touch in the whole company, as text: two that are equal are so byte for byte. */
export const snapshotOf = async (cutoff: LocalCutoff, company: Company): Promise<string> => {
  const { leaver, colleagues, partner, workload, breakGlass } = company;
  const people = [leaver, ...colleagues];
  const users = [...people.map(({ user }) => user), workload, breakGlass];
  const keys = [...people.map(({ apiKey }) => apiKey), partner.apiKey];
  return JSON.stringify({
    users: await Promise.all(users.map((user) => userState(cutoff, user))),
    keys: await Promise.all(keys.map((key) => apiKeyState(cutoff, key))),
  });
};

const patienceMs = 60_000;
const pollMs = 200;

/** The operator takes the revocation back, and the company is what it was. */
export const broughtBack = async (
  cutoff: LocalCutoff,
  company: Company,
  { revocationId, before }: { revocationId: string; before: string },
): Promise<Check[]> => {
  const halves = async (): Promise<string[]> =>
    [...((await trailOf(cutoff)).get(`${revocationId}|-`) ?? [])].map(({ type }) => type);
  const { OperatorFunction } = cutoff.outputs;
  await cutoff.invoke(OperatorFunction, { restore: revocationId, reason: 'deactivated by mistake' });
  const deadline = Date.now() + patienceMs;
  while (!(await halves()).includes('restored') && Date.now() < deadline) await sleep(pollMs);
  const after = await snapshotOf(cutoff, company);
  const both = [...(await trailOf(cutoff))]
    .filter(([chain]) => chain.startsWith(`${revocationId}|iam-access-key`))
    .map(([, records]) => records.map(({ type }) => type).join(' '));
  return [
    check('after a restore the company is what it was before, byte for byte', true, after === before),
    check(
      'the audit shows both halves of each key',
      ['revoked verified restored', 'revoked verified restored'],
      both,
    ),
  ];
};
