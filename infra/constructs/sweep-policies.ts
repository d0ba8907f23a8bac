import { Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { InvalidInput } from '../../functions/domain/errors.ts';
import type { SweepSettings } from '../../functions/domain/sweep-settings.ts';
import { allow, type Grantee } from './allow.ts';

/** Bytes, of an advanced parameter ("Managing parameter tiers", AWS Systems Manager User Guide). */
const most = 8192;

/** The policies of sweeps, as the function reads them at each run. */
export class SweepPolicies extends Construct {
  readonly parameterName: string;
  readonly #parameter: StringParameter;

  constructor(scope: Construct, id: string, { sweep }: { sweep: SweepSettings }) {
    super(scope, id);
    const stringValue = JSON.stringify(sweep);
    const bytes = Buffer.byteLength(stringValue);
    if (bytes > most) {
      throw new InvalidInput('cutoff.sweep', `takes ${bytes} bytes, and a parameter has room for ${most}`);
    }
    this.#parameter = new StringParameter(this, 'Parameter', {
      // Local AWS gives a parameter no name of its own.
      parameterName: `/${Stack.of(this).stackName}/sweep-policies`,
      stringValue,
      // Advanced only where it has to be: and it stays so, since a parameter cannot go back.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    this.parameterName = this.#parameter.parameterName;
  }

  grantRead(grantee: Grantee): void {
    allow(grantee, { actions: ['ssm:GetParameter'], resources: [this.#parameter.parameterArn] });
  }
}
