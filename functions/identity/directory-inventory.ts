import {
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from '@aws-sdk/client-identitystore';
import { callingPages } from '../credentials/aws-errors.ts';
import { type IdentityCenter, namesOf } from './identity-center.ts';

/** People whose names are known now, people whose names belong to somebody else already, and memberships seen first. */
export interface DirectoryReport {
  linked: number;
  contested: number;
  memberships: number;
}

const pageSize = 100;

const learnPeople = async (report: DirectoryReport, deps: IdentityCenter): Promise<void> => {
  const { client, storeId: IdentityStoreId, links } = deps;
  const pages = paginateListUsers({ client, pageSize }, { IdentityStoreId });
  for await (const page of callingPages('identitystore:ListUsers', pages)) {
    for (const user of page.Users ?? []) {
      const [id, ...addresses] = namesOf(user);
      if (!id || addresses.length === 0) continue; // an id alone says nothing new
      if ((await links.assign(id, addresses)) === 'linked') report.linked += 1;
      else report.contested += 1;
    }
  }
};

/** Only adds: who has left a group is found by the event, which compares with what is remembered here. */
const learnGroup = async (groupId: string, report: DirectoryReport, deps: IdentityCenter): Promise<void> => {
  const { client, storeId: IdentityStoreId, memberships } = deps;
  const known = new Set((await memberships.ofGroup(groupId)).map(({ membershipId }) => membershipId));
  const pages = paginateListGroupMemberships({ client, pageSize }, { IdentityStoreId, GroupId: groupId });
  for await (const page of callingPages('identitystore:ListGroupMemberships', pages)) {
    for (const { MembershipId: membershipId, MemberId } of page.GroupMemberships ?? []) {
      const userId = MemberId?.UserId;
      if (!membershipId || !userId || known.has(membershipId)) continue;
      await memberships.remember({ membershipId, groupId, userId });
      report.memberships += 1;
    }
  }
};

/**
 * Learns who is who and who is where in Identity Center, while it can still be asked: events about a deletion mask names
 * and give ids of what is gone.
 */
export const learnDirectory = async (deps: IdentityCenter): Promise<DirectoryReport> => {
  const report = { linked: 0, contested: 0, memberships: 0 };
  await learnPeople(report, deps);
  const { client, storeId: IdentityStoreId } = deps;
  const pages = paginateListGroups({ client, pageSize }, { IdentityStoreId });
  for await (const page of callingPages('identitystore:ListGroups', pages)) {
    for (const { GroupId } of page.Groups ?? []) if (GroupId) await learnGroup(GroupId, report, deps);
  }
  return report;
};
