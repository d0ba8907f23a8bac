import type { IamRoleSession } from '../domain/credential.ts';
import type { CredentialsSettings, RoleSessionsSettings } from '../domain/credential-settings.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { type Subject, subjectFromText, subjectKey } from '../domain/subject.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import { denyOlder, goneRole, inspectOlder } from './role-denies.ts';
import { denyAllDocument, denyAllName, isDenyAll } from './role-deny-policy.ts';
import { type Role, RolePolicies } from './role-policies.ts';
import { vouchesFor } from './role-trust.ts';

const level = 'control-plane';

interface Dependencies {
  readonly clients: Pick<AwsClients, 'iam'>;
  readonly home: Place;
  readonly settings: Pick<CredentialsSettings, 'roleSessions'>;
}

/** "AssumeRole", STS API Reference: for RoleSessionName and SourceIdentity. No session can carry any other name. */
const sessionName = /^[\w+=,.@-]{2,64}$/;

/** Each name once that one of the subjects may have on a session, with the subject. */
const namesOf = (
  subjects: readonly Subject[],
  format: RoleSessionsSettings['names'],
): Map<string, Subject> => {
  const names = new Map<string, Subject>();
  for (const subject of subjects) {
    if (subject.format !== format) continue;
    const name =
      subject.format === 'email' ? normaliseEmail(subject.email) : 'id' in subject ? subject.id : '';
    if (sessionName.test(name)) names.set(name, subject);
  }
  return names;
};

/**
 * Every session that one person has on a role of the settings, cut by an inline policy on the role that denies this
 * person alone: sessions obey the policies of their role, at each request ("Disabling permissions for temporary security
 * credentials", IAM User Guide). `deny-all` refuses later ones too; `deny-sessions` those from before the order's time.
 *
 * A role whose trust policy lets callers choose that name is held: somebody else may have taken it. A role that is not
 * there, or a name that no session can carry, has no sessions: nothing is found.
 *
 * `original`: `{}`. Nobody else's policy stands under our names, so a restore takes ours away, if it is ours.
 */
export class IamRoleSessionRevoker implements CredentialRevoker<IamRoleSession> {
  readonly kind = 'iam-role-session';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = true;
  readonly isConfigured: boolean;
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.isConfigured = dependencies.settings.roleSessions.length > 0;
  }

  /** One GetRole for each role of the settings. IAM cannot be asked who has a session, so any of them may have one. */
  async *discover(search: Search): AsyncGenerator<Found<IamRoleSession>> {
    if (search.for !== 'subject') return;
    const place = { account: this.#deps.home.account, region: 'global' };
    for (const { role: name, by, names } of this.#deps.settings.roleSessions) {
      const values = namesOf(search.subjects, names);
      const role = values.size > 0 ? await this.#policies({ ...place, role: name }).read() : undefined;
      if (!role) continue;
      for (const [value, subject] of values) {
        const id = `${name}/${by}/${value}`;
        const credential = { kind: 'iam-role-session', ...place, id, role: name, by, value } as const;
        yield { credential, facts: factsOf(role, credential, subjectKey(subject)) };
      }
    }
  }

  async describe(credential: IamRoleSession): Promise<PrincipalFacts | undefined> {
    const role = await this.#policies(credential).read();
    return role && factsOf(role, credential, this.#ownerOf(credential));
  }

  async inspect(credential: IamRoleSession, order: Order): Promise<Inspection> {
    const policies = this.#policies(credential);
    if (order.action === 'deny-sessions') return inspectOlder(policies, order, credential);
    const role = await policies.read();
    if (!role) return goneRole;
    const isDenied = await this.#isDenied(credential, role);
    const observed = `iam:GetRolePolicy ${denyAllName(credential)} ${isDenied ? 'denies' : 'does not deny'}`;
    return { state: isDenied ? 'dead' : 'live', level, observed, original: {} };
  }

  async deny(credential: IamRoleSession, order: Order): Promise<'denied' | 'nothing-to-deny'> {
    const policies = this.#policies(credential);
    if (order.action === 'deny-sessions') return denyOlder(policies, order, credential);
    const role = await policies.read();
    if (!role) return 'nothing-to-deny';
    return policies.deny(denyAllName(credential), denyAllDocument(role.id, credential));
  }

  async prolong(): Promise<void> {
    // Policies do not expire.
  }

  async revoke(credential: IamRoleSession, order: Order): Promise<void> {
    await this.deny(credential, order);
  }

  /** What ended sessions from before a time stays: a restore begins nothing anew. */
  async restore(credential: IamRoleSession): Promise<void> {
    const policies = this.#policies(credential);
    const role = await policies.read();
    if (role && (await this.#isDenied(credential, role))) {
      await policies.deleteInline(denyAllName(credential));
    }
  }

  /** The role is everybody's, and whoever is denied may come back: the deny stays. */
  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  async #isDenied(credential: IamRoleSession, { id }: Role): Promise<boolean> {
    const document = await this.#policies(credential).inline(denyAllName(credential));
    return document !== undefined && isDenyAll(document, id, credential);
  }

  /** The settings tell what stands in the name. */
  #ownerOf({ role, by, value }: IamRoleSession): string {
    const setting = this.#deps.settings.roleSessions.find((one) => one.role === role && one.by === by);
    const asText = setting?.names === 'opaque' ? undefined : subjectFromText(value);
    return subjectKey(asText ?? { format: 'opaque', id: value });
  }

  #policies(credential: Place & Pick<IamRoleSession, 'role'>): RolePolicies {
    return new RolePolicies(this.#deps.clients.iam(credential), credential.role);
  }
}

const factsOf = ({ facts, trust }: Role, { by }: IamRoleSession, owner: string): PrincipalFacts => ({
  ...(vouchesFor(trust, by) ? {} : { doubt: 'session-name-not-vouched-for' as const }),
  ...facts,
  inherentOwners: [owner],
});
