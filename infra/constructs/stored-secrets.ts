import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { holds, mark, rotates } from '../../functions/credentials/stored-secret-policy.ts';
import type { CredentialsSettings } from '../../functions/domain/credential-settings.ts';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

interface Props {
  readonly credentials: Pick<CredentialsSettings, 'storedSecrets'>;
  readonly protection: Protection;
}

const everySecret = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:*`;
const everyFunction = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:*`;

const tagged = ({ key, value }: { key: string; value: string }) => ({ [`aws:ResourceTag/${key}`]: value });

const reads = ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'];

/**
 * What functions may do to secrets that are tagged `cutoff:holds`, and to no other: all these actions take
 * `aws:ResourceTag` ("Actions, resources, and condition keys for AWS Secrets Manager"). A value may be read by none.
 */
export class StoredSecrets extends Construct implements CredentialGrants {
  readonly #isConfigured: boolean;
  readonly #protection: Protection;

  constructor(scope: Construct, id: string, { credentials, protection }: Props) {
    super(scope, id);
    this.#isConfigured = credentials.storedSecrets;
    this.#protection = protection;
  }

  grantInspect(grantee: Grantee): void {
    this.#grant(grantee, reads);
  }

  grantDiscover(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    allow(grantee, { actions: ['secretsmanager:ListSecrets'], resources: ['*'] });
    acceptPattern(grantee, '*', 'secretsmanager:ListSecrets lists the region and names no resource');
  }

  /** What a sweep reads; never a value. */
  grantSweep(grantee: Grantee): void {
    this.grantDiscover(grantee);
    this.#grant(grantee, ['secretsmanager:DescribeSecret']);
  }

  grantContain(grantee: Grantee): void {
    this.#grant(grantee, reads, ['secretsmanager:PutResourcePolicy']);
  }

  /** Also the tag that marks a secret, no other; and the rotation, which asks for the function too. */
  grantRevoke(grantee: Grantee): void {
    const actions = ['PutResourcePolicy', 'DeleteResourcePolicy', 'RotateSecret'];
    this.#grant(
      grantee,
      reads,
      actions.map((action) => `secretsmanager:${action}`),
    );
    this.#grantMark(grantee);
    this.#grantInvoke(grantee);
  }

  grantRemove(grantee: Grantee): void {
    this.#grant(grantee, ['secretsmanager:DescribeSecret'], ['secretsmanager:DeleteSecret']);
  }

  #grant(grantee: Grantee, read: readonly string[], write: readonly string[] = []): void {
    if (!this.#isConfigured) return;
    const conditions = { StringEquals: tagged(holds) };
    allow(grantee, { actions: [...read, ...write], resources: [everySecret], conditions });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:*',
      'any secret that is tagged as holding a key may have to be cut; protected ones are denied explicitly',
    );
    this.#denyOnProtected(grantee, write);
  }

  #grantMark(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    const actions = ['secretsmanager:TagResource', 'secretsmanager:UntagResource'];
    const conditions = {
      StringEquals: tagged(holds),
      'ForAllValues:StringEquals': { 'aws:TagKeys': [mark] },
    };
    allow(grantee, { actions, resources: [everySecret], conditions });
    this.#denyOnProtected(grantee, actions);
  }

  /** "RotateSecret", Secrets Manager API Reference; "Using attribute-based access control in Lambda". */
  #grantInvoke(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    const conditions = { StringEquals: tagged(rotates) };
    allow(grantee, { actions: ['lambda:InvokeFunction'], resources: [everyFunction], conditions });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:*',
      'whoever starts a rotation must be allowed to invoke its function; only those tagged as rotating keys',
    );
  }

  #denyOnProtected(grantee: Grantee, actions: readonly string[]): void {
    if (actions.length === 0) return;
    denyOnProtected(grantee, this.#protection, {
      service: 'secretsmanager',
      actions,
      everyone: everySecret,
    });
  }
}
