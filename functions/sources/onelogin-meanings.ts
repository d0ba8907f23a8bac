import type { ChangeKind } from '../domain/change.ts';

/** What a OneLogin event type means here. */
export interface Meaning {
  /** OneLogin's own name of the type. */
  readonly name: string;
  readonly change: ChangeKind;
  readonly lost?: 'role' | 'app' | 'privilege';
}

const ofKind = (change: ChangeKind, names: Readonly<Record<number, string>>, lost?: Meaning['lost']) =>
  Object.entries(names).map(([id, name]): [number, Meaning] => [
    Number(id),
    { name, change, ...(lost && { lost }) },
  ]);

/**
 * Event types by id ("Event Resource and Types", OneLogin API reference; names as Microsoft's OneLogin parser lists them).
 * An unlicensed user cannot sign in until licensed again, so that is a suspension.
 */
export const meanings: ReadonlyMap<number, Meaning> = new Map([
  ...ofKind('deactivated', { 15: 'DEACTIVATED_USER' }),
  ...ofKind('deleted', { 17: 'DELETED_USER', 530: 'API_DESTROY_USER' }),
  ...ofKind('suspended', {
    21: 'SUSPENDED_USER',
    223: 'USER_UNLICENSED',
    225: 'USER_UNLICENSED_MANUALLY',
    226: 'USER_UNLICENSED_AUTOMATICALLY',
    551: 'SUSPENDED_USER_VIA_API',
  }),
  ...ofKind('reactivated', {
    16: 'ACTIVATED_USER',
    32: 'REACTIVATED_USER',
    224: 'USER_LICENSED_MANUALLY',
    552: 'REACTIVATED_USER_VIA_API',
  }),
  ...ofKind('session-revoked', {
    11: 'USER_CHANGED_PASSWORD',
    24: 'USER_REMOVED_OTP_DEVICE',
    211: 'ADMIN_CHANGED_USER_PASSWORD',
    510: 'API_SET_PWD_SALT',
    511: 'API_SET_PWD_CLEAR_TEXT',
    516: 'API_LOGOUT',
    550: 'FORCE_LOGOUT_USER',
    1608: 'PROFILE_CHANGE_PASSWORD',
    3015: 'OIDC_REVOKE_TOKEN_SUCCESS',
  }),
  ...ofKind(
    'entitlement-removed',
    {
      148: 'USER_MANUALLY_REMOVED_FROM_ROLE',
      150: 'USER_AUTO_REMOVED_FROM_ROLE',
      514: 'API_REMOVE_ROLES',
    },
    'role',
  ),
  ...ofKind(
    'entitlement-removed',
    { 53: 'USER_SUSPENDED_IN_APP', 55: 'USER_DELETED_IN_APP', 207: 'MANUALLY_REMOVED_LOGIN' },
    'app',
  ),
  ...ofKind(
    'entitlement-removed',
    {
      73: 'PRIVILEGE_REVOKED_FROM_USER',
      2108: 'DELEGATED_PRIVILEGE_REMOVED_FROM_USER_VIA_API',
      2109: 'DELEGATED_PRIVILEGE_REMOVED_FROM_USER_BY_USER',
    },
    'privilege',
  ),
]);

const lock = 'a lock: wrong passwords cause it, and it ends by itself';
const lockOverApi = 'a lock: whoever is to stay out is suspended';
const members = 'it does not name the users who lose access';

/** What is let in to be written down, and why it revokes nothing. */
export const recorded: ReadonlyMap<number, string> = new Map([
  [19, `USER_LOCKED: ${lock}`],
  [35, `USER_LOCKED_OUT_OF_APP: ${lock}`],
  [531, `API_LOCK_USER: ${lockOverApi}`],
  [553, `USER_LOCKED_VIA_API: ${lockOverApi}`],
  [2, `APP_REMOVED_FROM_ROLE: ${members}`],
  [1802, `ROLE_DELETED: ${members}`],
]);
