import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SignalSettings } from '../../functions/domain/settings.ts';
import { allow } from './allow.ts';

/** The channels that know their sender by a shared secret, and where it has to be entered there. */
const channels = {
  oktaHook: 'Authorization header of the Okta event hook that calls Cutoff',
  scim: 'Bearer token of the SCIM client that provisions to Cutoff',
  entra: 'clientState of the Microsoft Graph subscription that notifies Cutoff',
} as const;

export type SecretName = keyof typeof channels;

const secretNames = Object.keys(channels) as SecretName[];

/** One for each channel that is switched on: made by AWS, in no template, no log and no table. */
export class SignalSecrets extends Construct {
  readonly arns: Readonly<Partial<Record<SecretName, string>>>;

  constructor(scope: Construct, id: string, { signals }: { signals: SignalSettings }) {
    super(scope, id);
    const named = secretNames.filter((name) => signals[name]);
    this.arns = Object.fromEntries(named.map((name) => [name, this.#secret(name)]));
  }

  grantRead(grantee: IGrantable): void {
    const resources = Object.values(this.arns);
    if (resources.length > 0) allow(grantee, { actions: ['secretsmanager:GetSecretValue'], resources });
  }

  /** Kept when the stack goes: the provider still holds its copy. */
  #secret(name: SecretName): string {
    const secret = new Secret(this, name, {
      description: channels[name],
      // RFC 6750 section 2.1: what a bearer token may be made of; Graph takes 128 characters for a clientState.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'the provider holds a copy that AWS cannot change there: a person puts a new value in both places',
    });
    return secret.secretArn;
  }
}
