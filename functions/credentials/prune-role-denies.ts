import { paginateGetAccountAuthorizationDetails, type RoleDetail } from '@aws-sdk/client-iam';
import { CutoffError, isRetryable } from '../domain/errors.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { callingPages } from './aws-errors.ts';
import { decodedDocument } from './deny-all-policy.ts';
import { anyDeniedBefore, olderSessions } from './role-deny-policy.ts';
import { RolePolicies } from './role-policies.ts';

/**
 * Credentials of a role last 12 hours at most ("Maximum session duration"), and so does a console session that was begun
 * with them, counted from its own beginning ("Enable custom identity broker access to the AWS console"); one more to be
 * safe. Assumption: `aws:TokenIssueTime` of such a console session is that of the credentials.
 */
const keptHours = 25;

interface Dependencies {
  readonly clients: Pick<AwsClients, 'iam'>;
  readonly home: Place;
  readonly now: () => Date;
}

/** Ours, dated, and so long ago that no session which it denies can last. */
const isOver = (document: string, now: Date): boolean => {
  const before = anyDeniedBefore(document);
  return before !== undefined && Date.parse(before) < now.getTime() - keptHours * 3_600_000;
};

/** Names of the policies that the listing shows as over. */
const overIn = ({ RolePolicyList = [] }: RoleDetail, now: Date): string[] =>
  RolePolicyList.flatMap(({ PolicyName = '', PolicyDocument = '' }) =>
    PolicyName.startsWith(olderSessions) && isOver(decodedDocument(PolicyDocument), now) ? [PolicyName] : [],
  );

/**
 * Deletes policies of ours that deny sessions from before a time, once none of those can last: the inline policies of a
 * role share 10,240 characters. One that stops at no time stays until it is restored. Returns how many were deleted.
 */
export const pruneRoleDenies = async ({ clients, home, now }: Dependencies): Promise<number> => {
  const client = clients.iam({ account: home.account, region: 'global' });
  const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: 1000 }, { Filter: ['Role'] });
  const failures: unknown[] = [];
  let deleted = 0;
  for await (const { RoleDetailList = [] } of callingPages('iam:GetAccountAuthorizationDetails', pages)) {
    for (const role of RoleDetailList) {
      const policies = new RolePolicies(client, role.RoleName ?? '');
      for (const name of overIn(role, now())) {
        const isDeleted = await deleteIfOver(policies, name, now()).catch((error: unknown) => {
          failures.push(error);
          return false;
        });
        if (isDeleted) deleted += 1;
      }
    }
  }
  if (failures.length > 0) throw failed(failures);
  return deleted;
};

/** Read once more: since it was listed, somebody's newer sessions may have been denied by it. */
const deleteIfOver = async (policies: RolePolicies, name: string, now: Date): Promise<boolean> => {
  const document = await policies.inline(name);
  if (document === undefined || !isOver(document, now)) return false;
  await policies.deleteInline(name);
  return true;
};

const failed = (failures: readonly unknown[]): CutoffError => {
  const [first] = failures;
  return new CutoffError(`${failures.length} denies of roles that are over could not be deleted`, {
    code: first instanceof CutoffError ? first.code : 'unavailable',
    retryable: failures.some(isRetryable),
    cause: first,
  });
};
