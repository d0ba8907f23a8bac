import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { credentialOf, type Named, type NamedKey } from './named-credential.ts';
import type { OperatorDeps } from './operator.ts';

interface Asked {
  /** What names it, such as `request.credential`. */
  readonly field: string;
  /** On whose behalf it is looked for. */
  readonly change: Change;
}

type Existing = Pick<OperatorDeps, 'home' | 'issuers' | 'revokers' | 'ownerOfKey'>;

/** An access key is named by its id alone: whose it is, IAM says. */
const keyOf = async ({ id: keyId }: NamedKey, { field, change }: Asked, deps: Existing) => {
  const { account } = deps.home;
  const [found] = (await deps.ownerOfKey(change, { account, keyId })).changes;
  if (found?.credential) return found.credential;
  throw new InvalidInput(`${field}.id`, 'is no access key of an IAM user here');
};

/** The credential that a request names. A misspelt id, or an alias, must not pass for something that is gone. */
export const existingCredential = async (
  named: Named | NamedKey,
  asked: Asked,
  deps: Existing,
): Promise<Credential> => {
  if (named.kind === 'iam-access-key') return keyOf(named, asked, deps);
  const credential = credentialOf(named, deps);
  const { field } = asked;
  if (!deps.revokers[credential.kind].isConfigured) {
    throw new InvalidInput(`${field}.kind`, 'is not among the settings, so nothing is granted on it');
  }
  if (await revokerFor(deps.revokers, credential.kind).describe(credential)) return credential;
  throw new InvalidInput(`${field}.id`, 'names nothing that exists');
};
