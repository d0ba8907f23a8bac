import * as secrets from '@aws-sdk/client-secrets-manager';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';

const day = 24 * 60 * 60 * 1000;

interface Rotation {
  readonly enabled: boolean;
  readonly lambda: string | undefined;
  readonly role: string | undefined;
  /** The version that is being made. */
  pending?: string;
  lastRotatedDate?: Date;
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  value: string | undefined;
  versionId: string;
  /** Scheduled deletion. */
  deletedDate?: Date;
  lastAccessedDate?: Date;
  policy?: string;
  rotation?: Rotation;
}

const notFound = () =>
  new secrets.ResourceNotFoundException({
    message: "Secrets Manager can't find the specified secret.",
    $metadata: { httpStatusCode: 400 },
  });

const invalidRequest = (message: string) =>
  new secrets.InvalidRequestException({ message, $metadata: { httpStatusCode: 400 } });

const exists = () =>
  new secrets.ResourceExistsException({
    message: 'The operation failed because the secret already exists.',
    $metadata: { httpStatusCode: 400 },
  });

const tagsOf = ({ tags }: Secret): secrets.Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }));

/** Each filter must match, by one of its values; both keys and values by their beginnings ("Filter", API Reference). */
const matches = ({ tags }: Secret, filters: readonly secrets.Filter[]): boolean =>
  filters.every(({ Key, Values = [] }) => {
    if (Key !== 'tag-key' && Key !== 'tag-value') throw new Error(`the stand-in has no filter ${Key}`);
    const texts = [...(Key === 'tag-key' ? tags.keys() : tags.values())];
    return Values.some((value) => texts.some((text) => text.startsWith(value)));
  });

/** Turned off, it still names what rotated the secret. */
const rotationOf = ({ enabled, lambda, role, lastRotatedDate }: Rotation) => ({
  RotationEnabled: enabled,
  RotationLambdaARN: lambda,
  ExternalSecretRotationRoleArn: role,
  ...(enabled && lastRotatedDate && { LastRotatedDate: lastRotatedDate }),
});

const stagesOf = ({ versionId, rotation }: Secret): Record<string, string[]> => ({
  [versionId]: ['AWSCURRENT'],
  ...(rotation?.pending && { [rotation.pending]: ['AWSPENDING'] }),
});

const detailsOf = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Tags: tagsOf(secret),
  CreatedDate: secret.createdAt,
  ...(secret.deletedDate && { DeletedDate: secret.deletedDate }),
  // Omitted until it is retrieved for the first time, and cut down to the day ("DescribeSecret", API Reference).
  ...(secret.lastAccessedDate && { LastAccessedDate: secret.lastAccessedDate }),
  ...(secret.rotation && rotationOf(secret.rotation)),
});

/** Secrets Manager in memory, as far as the credential kinds call it. One method a command, by its name. */
class FakeSecretsManager {
  readonly #pageSize: number;
  #versions = 0;
  readonly secrets = new Map<string, Secret>();

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  /** By name or by ARN; one whose deletion is scheduled too. */
  secret(id: string | undefined): Secret {
    const secret = [...this.secrets.values()].find(({ arn, name }) => arn === id || name === id);
    if (!secret) throw notFound();
    return secret;
  }

  /** For all that cannot be done with a secret whose deletion is scheduled. */
  usable(id: string | undefined): Secret {
    const secret = this.secret(id);
    if (secret.deletedDate) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  #nextVersion(): string {
    this.#versions += 1;
    return `00000000-0000-4000-8000-${String(this.#versions).padStart(12, '0')}`;
  }

  /** The same version again is the same secret; another one under its name is refused ("CreateSecret", API Reference). */
  CreateSecret(input: secrets.CreateSecretCommandInput) {
    const { Name = '', SecretString, Tags = [], ClientRequestToken } = input;
    const earlier = [...this.secrets.values()].find(({ name }) => name === Name);
    if (earlier) {
      if (earlier.versionId !== ClientRequestToken || earlier.value !== SecretString) throw exists();
      return { ARN: earlier.arn, Name, VersionId: earlier.versionId };
    }
    const secret: Secret = {
      arn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${Name}-AbCdEf`,
      name: Name,
      createdAt: new Date('2026-01-01T00:00:00.000Z'),
      tags: new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      value: SecretString,
      versionId: ClientRequestToken ?? this.#nextVersion(),
    };
    this.secrets.set(secret.arn, secret);
    return { ARN: secret.arn, Name, VersionId: secret.versionId };
  }

  PutSecretValue({ SecretId, SecretString }: secrets.PutSecretValueCommandInput) {
    const secret = this.usable(SecretId);
    secret.value = SecretString;
    secret.versionId = this.#nextVersion();
    return { ARN: secret.arn, Name: secret.name, VersionId: secret.versionId };
  }

  GetSecretValue({ SecretId }: secrets.GetSecretValueCommandInput) {
    const secret = this.usable(SecretId);
    // "can't find the specified secret value for staging label: AWSCURRENT"
    if (secret.value === undefined) throw notFound();
    secret.lastAccessedDate = new Date('2026-03-01T00:00:00.000Z');
    return { ARN: secret.arn, Name: secret.name, SecretString: secret.value, VersionId: secret.versionId };
  }

  DescribeSecret({ SecretId }: secrets.DescribeSecretCommandInput) {
    const secret = this.secret(SecretId);
    return { ...detailsOf(secret), VersionIdsToStages: stagesOf(secret) };
  }

  ListSecrets({ Filters = [], IncludePlannedDeletion, NextToken }: secrets.ListSecretsCommandInput) {
    const all = [...this.secrets.values()]
      .filter((secret) => IncludePlannedDeletion || !secret.deletedDate)
      .filter((secret) => matches(secret, Filters));
    const start = Number(NextToken ?? 0);
    const end = start + this.#pageSize;
    const SecretList = all.slice(start, end).map(detailsOf);
    return { SecretList, ...(end < all.length && { NextToken: String(end) }) };
  }

  TagResource({ SecretId, Tags = [] }: secrets.TagResourceCommandInput) {
    const { tags } = this.usable(SecretId);
    for (const { Key = '', Value = '' } of Tags) tags.set(Key, Value);
    return {};
  }

  UntagResource({ SecretId, TagKeys = [] }: secrets.UntagResourceCommandInput) {
    const { tags } = this.usable(SecretId);
    for (const key of TagKeys) tags.delete(key);
    return {};
  }

  GetResourcePolicy({ SecretId }: secrets.GetResourcePolicyCommandInput) {
    const { arn, name, policy } = this.usable(SecretId);
    return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
  }

  PutResourcePolicy({ SecretId, ResourcePolicy = '' }: secrets.PutResourcePolicyCommandInput) {
    const secret = this.usable(SecretId);
    JSON.parse(ResourcePolicy);
    secret.policy = ResourcePolicy;
    return { ARN: secret.arn, Name: secret.name };
  }

  DeleteResourcePolicy({ SecretId }: secrets.DeleteResourcePolicyCommandInput) {
    const secret = this.usable(SecretId);
    delete secret.policy;
    return { ARN: secret.arn, Name: secret.name };
  }

  /** Only begins it: what rotates the secret ends it by moving AWSCURRENT ("How rotation works", User Guide). */
  RotateSecret(input: secrets.RotateSecretCommandInput) {
    const { RotationLambdaARN: lambda, ExternalSecretRotationRoleArn: role } = input;
    const secret = this.usable(input.SecretId);
    if (lambda || role) secret.rotation = { enabled: true, lambda, role };
    if (!secret.rotation)
      throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
    if (input.RotateImmediately !== false) {
      if (secret.rotation.pending) throw invalidRequest("A previous rotation isn't complete.");
      secret.rotation.pending = this.#nextVersion();
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: secret.rotation.pending ?? secret.versionId };
  }

  CancelRotateSecret({ SecretId }: secrets.CancelRotateSecretCommandInput) {
    const secret = this.usable(SecretId);
    if (secret.rotation) secret.rotation = { ...secret.rotation, enabled: false };
    return { ARN: secret.arn, Name: secret.name };
  }

  UpdateSecretVersionStage({ SecretId, MoveToVersionId }: secrets.UpdateSecretVersionStageCommandInput) {
    const secret = this.usable(SecretId);
    if (!secret.rotation || secret.rotation.pending !== MoveToVersionId) throw notFound();
    secret.versionId = MoveToVersionId ?? '';
    delete secret.rotation.pending;
    secret.rotation.lastRotatedDate = new Date();
    return { ARN: secret.arn, Name: secret.name };
  }

  DeleteSecret(input: secrets.DeleteSecretCommandInput) {
    const { SecretId, RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: force } = input;
    if (days < 7 || days > 30) {
      const message = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';
      throw new secrets.InvalidParameterException({ message, $metadata: { httpStatusCode: 400 } });
    }
    const secret = force ? this.secret(SecretId) : this.usable(SecretId);
    if (force) this.secrets.delete(secret.arn);
    secret.deletedDate = new Date(Date.now() + (force ? 0 : days * day));
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedDate };
  }

  RestoreSecret({ SecretId }: secrets.RestoreSecretCommandInput) {
    const secret = this.secret(SecretId);
    delete secret.deletedDate;
    return { ARN: secret.arn, Name: secret.name };
  }
}

/** Fewer than asked for, as Secrets Manager may, so that a caller who ignores `NextToken` is found out. */
export const fakeSecretsManager = (pageSize = 2): Answer => fake(new FakeSecretsManager(pageSize));
