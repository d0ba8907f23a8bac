import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import { denyOnProtected } from './protected-principals.ts';

const arnOf = (path: string) => `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::${path}`;
const everyKey = arnOf('/apikeys/*');

/**
 * What functions may do to usage-plan keys. `apigateway:GET` cannot be narrowed to exclude `includeValue`, so
 * these roles could read key values; no code here asks for them.
 */
export class ApiKeys extends Construct {
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

  /** Disable; and for a restore, enable and put back on a usage plan that somebody took it off. */
  grantRevoke(grantee: Grantee): void {
    const actions = ['apigateway:PATCH'];
    allow(grantee, { actions, resources: [everyKey] });
    denyOnProtected(grantee, this.#protection, { service: 'apigateway', actions, everyone: everyKey });
    allow(grantee, { actions: ['apigateway:POST'], resources: [arnOf('/usageplans/*/keys')] });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/usageplans/*/keys',
      'a key goes back to the plans it was on, which are known only then',
    );
  }
}
