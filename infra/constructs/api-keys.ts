import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Protection } from '../../functions/domain/protection.ts';
import type { StageConfig } from '../stage-config.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

const arnOf = (path: string) => `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::${path}`;
const everyKey = arnOf('/apikeys/*');

/**
 * What functions may do to usage-plan keys. `apigateway:GET` cannot be narrowed to exclude `includeValue`, so
 * these roles could read key values; they are asked for where `enforcement` says how keys are known or tried by them.
 */
export class ApiKeys extends Construct implements CredentialGrants {
  readonly #protection: Protection;
  readonly #byValue: boolean;

  constructor(scope: Construct, id: string, props: Pick<StageConfig, 'protection' | 'enforcement'>) {
    super(scope, id);
    this.#protection = props.protection;
    this.#byValue = props.enforcement.apiKeyHeader !== undefined;
  }

  grantDiscover(grantee: Grantee): void {
    allow(grantee, { actions: ['apigateway:GET'], resources: [arnOf('/apikeys')] });
  }

  /** One key and the usage plans it is on, which a restore goes back to. */
  grantInspect(grantee: Grantee): void {
    this.#grantRead(grantee);
    allow(grantee, { actions: ['apigateway:GET'], resources: [arnOf('/usageplans')] });
  }

  /** Whose a key is that the registry does not know. */
  grantFindDrift(grantee: Grantee): void {
    this.#grantRead(grantee);
  }

  /** What a sweep reads: keys, and what each usage plan counted of them. */
  grantSweep(grantee: Grantee): void {
    this.grantDiscover(grantee);
    this.grantInspect(grantee);
    allow(grantee, { actions: ['apigateway:GET'], resources: [arnOf('/usageplans/*/usage')] });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/usageplans/*/usage',
      'which plans there are is known only when they are listed',
    );
  }

  /** The denylist's own construct grants its rows; one that is named by the hash of a key's value needs the value. */
  grantContain(grantee: Grantee): void {
    if (this.#byValue) this.#grantRead(grantee);
  }

  /** Disable and take off its usage plans; and for a restore, back again. */
  grantRevoke(grantee: Grantee): void {
    this.#grantOnKeys(grantee, 'apigateway:PATCH');
    allow(grantee, { actions: ['apigateway:POST'], resources: [arnOf('/usageplans/*/keys')] });
    allow(grantee, { actions: ['apigateway:DELETE'], resources: [arnOf('/usageplans/*/keys/*')] });
    for (const path of ['/usageplans/*/keys', '/usageplans/*/keys/*']) {
      acceptPattern(
        grantee,
        `arn:<AWS::Partition>:apigateway:<AWS::Region>::${path}`,
        'a key leaves its plans and goes back to them, and they are known only then',
      );
    }
  }

  grantRemove(grantee: Grantee): void {
    this.#grantOnKeys(grantee, 'apigateway:DELETE');
  }

  #grantRead(grantee: Grantee): void {
    allow(grantee, { actions: ['apigateway:GET'], resources: [everyKey] });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/apikeys/*',
      'any key of the account may have to be disabled; protected ones are denied explicitly',
    );
  }

  #grantOnKeys(grantee: Grantee, action: string): void {
    const actions = [action];
    allow(grantee, { actions, resources: [everyKey] });
    denyOnProtected(grantee, this.#protection, { service: 'apigateway', actions, everyone: everyKey });
  }
}
