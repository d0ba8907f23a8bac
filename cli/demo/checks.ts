import { GetUserPolicyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import type { Company, Person, SeededApiKey, SeededUser } from '../../infra/local/company.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly saw: string;
}

export const check = (name: string, wanted: unknown, saw: unknown): Check => ({
  name,
  ok: JSON.stringify(wanted) === JSON.stringify(saw),
  saw: typeof saw === 'string' ? saw : JSON.stringify(saw),
});

/** Asks the protected API as any client would. */
const statusOf = async (
  cutoff: LocalCutoff,
  route: string,
  headers: Record<string, string>,
): Promise<number> => {
  const { gateway } = cutoff.urls;
  const answer = await fetch(`${gateway}/${cutoff.outputs.ProtectedStage}/${route}`, { headers });
  await answer.arrayBuffer();
  return answer.status;
};

export const withToken = (cutoff: LocalCutoff, token: string) =>
  statusOf(cutoff, 'hello', { authorization: `Bearer ${token}` });

export const withKey = (cutoff: LocalCutoff, { value }: SeededApiKey) =>
  statusOf(cutoff, 'partner', { 'x-api-key': value });

const keyStates = async ({ clients }: LocalCutoff, { userName }: SeededUser): Promise<string[]> => {
  const { AccessKeyMetadata = [] } = await clients.iam.send(
    new ListAccessKeysCommand({ UserName: userName }),
  );
  return AccessKeyMetadata.map(({ Status }) => String(Status));
};

const denied = ({ clients }: LocalCutoff, { userName }: SeededUser): Promise<boolean> =>
  clients.iam.send(new GetUserPolicyCommand({ UserName: userName, PolicyName: 'CutoffDenyAll' })).then(
    () => true,
    () => false,
  );

const both = (state: string) => [state, state];

/** Before the event: whatever is refused afterwards must have worked. */
export const everybodyWorks = async (
  cutoff: LocalCutoff,
  company: Company,
  token: string,
): Promise<Check[]> => [
  check('before: the leaver’s token works', 200, await withToken(cutoff, token)),
  check('before: the leaver’s API key works', 200, await withKey(cutoff, company.leaver.apiKey)),
  check(
    'before: the leaver’s access keys are active',
    both('Active'),
    await keyStates(cutoff, company.leaver.user),
  ),
];

/** After it: nothing of the leaver's works, over HTTP and in IAM. */
export const leaverIsOut = async (
  cutoff: LocalCutoff,
  { leaver }: Company,
  token: string,
): Promise<Check[]> => {
  const fresh = await cutoff.issuer.issue(leaver.email);
  return [
    check('the leaver’s token is refused', 403, await withToken(cutoff, token)),
    check('a token issued to the leaver afterwards is refused', 403, await withToken(cutoff, fresh)),
    check('the leaver’s API key is refused', 403, await withKey(cutoff, leaver.apiKey)),
    check('the leaver’s access keys are inactive', both('Inactive'), await keyStates(cutoff, leaver.user)),
    check('the leaver’s IAM user is denied everything', true, await denied(cutoff, leaver.user)),
  ];
};

const colleagueWorks = async (cutoff: LocalCutoff, { email, user, apiKey }: Person): Promise<Check[]> => [
  check(`${email}: token works`, 200, await withToken(cutoff, await cutoff.issuer.issue(email))),
  check(`${email}: API key works`, 200, await withKey(cutoff, apiKey)),
  check(`${email}: access keys are active`, both('Active'), await keyStates(cutoff, user)),
  check(`${email}: IAM user is not denied`, false, await denied(cutoff, user)),
];

/** And nobody else is touched. */
export const othersWork = async (cutoff: LocalCutoff, company: Company): Promise<Check[]> => {
  const { colleagues, partner, workload, breakGlass } = company;
  const people = await Promise.all(colleagues.map((person) => colleagueWorks(cutoff, person)));
  return [
    ...people.flat(),
    check(`${partner.owner}: API key works`, 200, await withKey(cutoff, partner.apiKey)),
    check('the workload the leaver looked after goes on', both('Active'), await keyStates(cutoff, workload)),
    check('the break-glass user is untouched', both('Active'), await keyStates(cutoff, breakGlass)),
  ];
};

export const trailOf = ({ clients, outputs }: LocalCutoff) => readTrail(clients.dynamoDb, outputs.AuditTable);

export const auditHolds = async (cutoff: LocalCutoff): Promise<Check> => {
  const trail = await trailOf(cutoff);
  const faults = faultsIn(trail);
  return check(`the audit trail holds: ${trail.size} chains recomputed`, [], faults);
};
