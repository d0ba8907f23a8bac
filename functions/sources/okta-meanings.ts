import type { ChangeKind } from '../domain/change.ts';

/** What an Okta event type means here. */
export interface Meaning {
  readonly change: ChangeKind;
  /** Who loses access: the people among the targets, or the applications. */
  readonly subject: 'person' | 'application';
  /** What the person lost. `admin`: all of Okta's own admin roles. */
  readonly lost?: 'group' | 'application' | 'admin';
  /** Some events of this type name no person; those are recorded. */
  readonly maybeNameless?: true;
}

const person = (change: ChangeKind): Meaning => ({ change, subject: 'person' });
const sessions = person('session-revoked');
const tokens: Meaning = { ...sessions, maybeNameless: true };
const retired: Meaning = { change: 'application-retired', subject: 'application' };
const lost = (what: NonNullable<Meaning['lost']>): Meaning => ({
  ...person('entitlement-removed'),
  lost: what,
});

/** Okta's catalogue of event types (okta-event-types.csv, 2026.05.0), the part that ends access. */
export const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['user.lifecycle.deactivate', person('deactivated')],
  ['user.lifecycle.suspend', person('suspended')],
  ['user.lifecycle.unsuspend', person('reactivated')],
  ['user.lifecycle.reactivate', person('reactivated')],
  // Also how somebody who was deactivated comes back: the operation is for STAGED and DEPROVISIONED users (Okta API
  // reference, "Activate a user").
  ['user.lifecycle.activate', person('reactivated')],
  ['user.lifecycle.delete.initiated', person('deleted')],
  ['user.lifecycle.delete.completed', person('deleted')],

  ['group.user_membership.remove', lost('group')],
  ['application.user_membership.remove', lost('application')],
  // Unassigned first, deprovisioned later: the access ends with the first.
  ['application.user_membership.revoke', lost('application')],
  ['application.user_membership.deprovision', lost('application')],
  ['user.account.privilege.revoke', lost('admin')],

  ['user.session.clear', sessions],
  ['user.authentication.universal_logout', sessions],
  ['user.authentication.universal_logout.scheduled', sessions],
  ['user.account.reset_password', sessions],
  ['user.account.expire_password', sessions],
  ['user.account.update_password', sessions],
  ['user.mfa.factor.deactivate', sessions],
  ['user.mfa.factor.reset_all', sessions],
  ['user.mfa.factor.suspend', sessions],
  ['credential.revoke', tokens],
  ['system.api_token.revoke', tokens],
  // Most single tokens are revoked by an app that signs somebody out: those name the token, and the user only in its
  // `detailEntry.subject`. They are recorded.
  ['app.oauth2.token.revoke', tokens],
  ['app.oauth2.as.token.revoke', tokens],
  ['app.oauth2.token.revoke.implicit.user', tokens],
  ['app.oauth2.token.revoke.implicit.as', tokens],
  ['app.oauth2.token.revoke.implicit.client', tokens],
  ['app.oauth2.as.consent.revoke', tokens],
  ['app.oauth2.as.consent.revoke.user', tokens],
  ['app.oauth2.as.consent.revoke.user.client', tokens],
  ['app.oauth2.as.consent.revoke.implicit.user', tokens],
  ['app.oauth2.as.consent.revoke.implicit.as', tokens],
  ['app.oauth2.as.consent.revoke.implicit.client', tokens],
  ['app.oauth2.as.consent.revoke.implicit.scope', tokens],

  ['application.lifecycle.deactivate', retired],
  ['application.lifecycle.delete', retired],
  ['app.oauth2.client.lifecycle.deactivate', retired],
  ['app.oauth2.client.lifecycle.delete', retired],
]);

const anybody = 'anybody who tries to sign in can cause it';
const members = 'it does not name the members who lose access';
const oktaDecides = 'what Okta does about it comes as an event of its own';

/** What is let in to be written down, and why it revokes nothing. */
export const recorded: ReadonlyMap<string, string> = new Map([
  ['user.account.lock', anybody],
  ['user.account.lock.limit', anybody],
  ['security.threat.detected', anybody],
  ['user.mfa.attempt_bypass', anybody],
  ['security.breached_credential.detected', oktaDecides],
  ['user.risk.change', oktaDecides],
  ['user.risk.detect', oktaDecides],
  // `debugContext.debugData.privilegeGranted` is the new list, after a loss as well as after a grant, and the old one is
  // nowhere. Taken for a loss, every grant would cut the admin who was granted something.
  ['user.account.privilege.grant', 'it lists the admin roles that somebody has, not whether one was lost'],
  ['group.privilege.revoke', members],
  ['group.application_assignment.remove', members],
  ['group.lifecycle.delete', members],
]);
