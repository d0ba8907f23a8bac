import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

const arnOf = (path: string) => `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::${path}`;
const everyKey = arnOf('/apikeys/*');

/**
 * What functions may do to usage-plan keys. `apigateway:GET` cannot be narrowed to exclude `includeValue`, so
 * these roles could read key values; no code here asks for them.
 */
export class ApiKeys extends Construct implements CredentialGrants {
  readonly #protection: Protection;

  constructor(scope: Construct, id: string, props: { protection: Protection }) {
    super(scope, id);
    this.#protection = props.protection;
  }

  grantDiscover(grantee: Grantee): void {
    allow(grantee, { actions: ['apigateway:GET'], resources: [arnOf('/apikeys')] });
  }

  /** One key and the usage plans it is on, which a restore goes back to. */
  grantInspect(grantee: Grantee): void {
    allow(grantee, { actions: ['apigateway:GET'], resources: [everyKey, arnOf('/usageplans')] });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/apikeys/*',
      'any key of the account may have to be disabled; protected ones are denied explicitly',
    );
  }

  /** The denylist's own construct grants its rows. */
  grantContain(): void {
    return;
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

  #grantOnKeys(grantee: Grantee, action: string): void {
    const actions = [action];
    allow(grantee, { actions, resources: [everyKey] });
    denyOnProtected(grantee, this.#protection, { service: 'apigateway', actions, everyone: everyKey });
  }
}
