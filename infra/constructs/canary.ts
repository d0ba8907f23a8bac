import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { allow, type Grantee } from './allow.ts';
import type { Denylist } from './denylist.ts';

interface Props {
  readonly enforcement: StageConfig['enforcement'];
  readonly denylist: Denylist;
}

/**
 * What it takes to try a canary's token. Where the settings name none, nothing. A secret under a KMS key of one's own
 * needs `kms:Decrypt` from that key's policy. A key of `apiKeyUrl` is read as `ApiKeys` grants it already.
 */
export class CanaryAccess extends Construct {
  readonly #props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.#props = props;
  }

  /**
   * Its own client's secret, and rows that name a single token: so whoever verifies can neither block nor let in a
   * person, a client or a key. `Null`, since `ForAllValues` is true of a call that names no key.
   */
  grantTry(grantee: Grantee): void {
    const { enforcement, denylist } = this.#props;
    const { canary } = enforcement.probes;
    if (!canary) return;
    allow(grantee, { actions: ['secretsmanager:GetSecretValue'], resources: [canary.clientSecretArn] });
    allow(grantee, {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [denylist.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['jti#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
  }
}
