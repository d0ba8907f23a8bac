import type { DescribeSecretResponse, SecretListEntry, Tag } from '@aws-sdk/client-secrets-manager';
import type { PrincipalFacts } from '../domain/ownership.ts';

/** The tag of a secret that holds a refresh token. */
export const holdsRefreshToken = { key: 'cutoff:holds', value: 'refresh-token' } as const;

/** The tag that names the server's issuer, as the settings do. */
export const issuerTag = 'cutoff:issuer';

/**
 * The tag of a secret whose token was revoked: the time of the cut and the version of the secret that was current
 * then. A token that was granted anew and put into the same secret is another version, and not marked.
 */
export const markTag = 'cutoff:revoked';

export const tagsOf = (tags: readonly Tag[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

export const markFor = (time: string, version: string): string => `${time}/${version}`;

export const isMarked = ({ Tags }: DescribeSecretResponse, version: string): boolean =>
  tagsOf(Tags)[markTag]?.endsWith(`/${version}`) === true;

/** "What's in a Secrets Manager secret?", User Guide: one version has the staging label AWSCURRENT. */
export const currentVersionOf = ({ VersionIdsToStages = {} }: DescribeSecretResponse): string | undefined =>
  Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));

/** `LastAccessedDate` is a day, and every look of ours at the token counts too ("SecretListEntry", API Reference). */
export const factsOf = (secret: SecretListEntry & DescribeSecretResponse): PrincipalFacts => ({
  arn: secret.ARN ?? '',
  name: secret.Name ?? '',
  tags: tagsOf(secret.Tags),
  ...(secret.CreatedDate && { createdAt: secret.CreatedDate.toISOString() }),
  ...(secret.LastAccessedDate && { lastUsedAt: secret.LastAccessedDate.toISOString() }),
});
