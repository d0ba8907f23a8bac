/** What access can depend on: a group, an application that somebody is assigned to, a role. */
export interface Entitlement {
  readonly kind: 'group' | 'application' | 'role';
  /** The provider's own id, or the ARN of the role that it stands for. */
  readonly id: string;
  /** As people know it. Never compared: whoever may rename a group could choose what its loss ends. */
  readonly name?: string;
  /** What its loss ends, by the settings; absent where they do not name it. */
  readonly ends?: 'sessions' | 'access';
}
