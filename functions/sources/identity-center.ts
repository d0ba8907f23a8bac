import { cloudTrailSource } from './cloudtrail-source.ts';
import {
  assignmentDeleted,
  maybeDisabled,
  memberRemoved,
  membershipDeleted,
  ofGroup,
  ofUser,
} from './identity-center-calls.ts';

/**
 * IAM Identity Center ("IAM Identity Center information in CloudTrail", "Logging IAM Identity Center SCIM API calls with
 * AWS CloudTrail"): the console's calls are recorded as sso-directory, the public API's as identitystore, what an
 * identity provider provisions as identitystore-scim, and assignments as sso. PutGroup is not among SCIM's documented
 * calls; should it come, it is a change of the group.
 *
 * Not read: the ends of portal sessions, whose record is not documented; the Identity Store's own notifications on
 * EventBridge ("User Deleted" and the like), whose fields could not be confirmed and which tell of the same changes.
 */
export const identityCenter = cloudTrailSource('identity-center', {
  'sso-directory.amazonaws.com': {
    DisableUser: ofUser('suspended', 'userId'),
    EnableUser: ofUser('reactivated', 'userId'),
    DeleteUser: ofUser('deleted', 'userId'),
    UpdateUser: maybeDisabled('userId'),
    RemoveMemberFromGroup: memberRemoved,
    DeleteGroup: ofGroup('groupId'),
  },
  'identitystore.amazonaws.com': {
    DeleteUser: ofUser('deleted', 'userId'),
    UpdateUser: maybeDisabled('userId'),
    DeleteGroupMembership: membershipDeleted,
    DeleteGroup: ofGroup('groupId'),
  },
  'identitystore-scim.amazonaws.com': {
    DeleteUser: ofUser('deleted', 'id'),
    PatchUser: maybeDisabled('id'),
    PutUser: maybeDisabled('id'),
    PatchGroup: ofGroup('id'),
    PutGroup: ofGroup('id'),
    DeleteGroup: ofGroup('id'),
  },
  'sso.amazonaws.com': {
    DeleteAccountAssignment: assignmentDeleted('role', 'permissionSetArn'),
    DeleteApplicationAssignment: assignmentDeleted('application', 'applicationArn'),
  },
});
