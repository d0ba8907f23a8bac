import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';

export type DirectoriesProps = Pick<StageConfig, 'identityCenter' | 'microsoftGraph'>;

const analyzers = `arn:${Aws.PARTITION}:access-analyzer:${Aws.REGION}:${Aws.ACCOUNT_ID}:analyzer/*`;

const inStore = (path: string) => `arn:${Aws.PARTITION}:identitystore:::${path}`;

/** Where it is asked who an event means. Nothing is granted on a directory that the settings do not name. */
export class Directories extends Construct {
  readonly #props: DirectoriesProps;

  constructor(scope: Construct, id: string, props: DirectoriesProps) {
    super(scope, id);
    this.#props = props;
  }

  /** What an event can make ingest ask. `GetFindingV2` needs `access-analyzer:GetFinding` ("GetFindingV2"). */
  grantAsk(grantee: Grantee): void {
    allow(grantee, { actions: ['access-analyzer:GetFinding'], resources: [analyzers] });
    const pattern = 'arn:<AWS::Partition>:access-analyzer:<AWS::Region>:<AWS::AccountId>:analyzer/*';
    acceptPattern(
      grantee,
      pattern,
      'the analyzer is known only from the event; findings are read, nothing else',
    );
    this.#onIdentityStore(grantee, ['DescribeUser', 'ListGroupMemberships']);
    const { microsoftGraph } = this.#props;
    if (!microsoftGraph) return;
    allow(grantee, { actions: ['secretsmanager:GetSecretValue'], resources: [microsoftGraph.secretArn] });
  }

  /** For the upkeep, which learns who is who before somebody is deleted. */
  grantLearn(grantee: Grantee): void {
    this.#onIdentityStore(grantee, ['ListUsers', 'ListGroups', 'ListGroupMemberships']);
  }

  /**
   * Service Authorization Reference, "AWS Identity Store": the store's ARN carries the account of the instance, which is
   * the management account where this one is a delegated administrator; users, groups and memberships carry none.
   */
  #onIdentityStore(grantee: Grantee, names: string[]): void {
    const { identityCenter } = this.#props;
    if (!identityCenter) return;
    const store = `arn:${Aws.PARTITION}:identitystore::*:identitystore/${identityCenter.identityStoreId}`;
    const resources = [store, ...['user/*', 'group/*', 'membership/*'].map(inStore)];
    allow(grantee, { actions: names.map((name) => `identitystore:${name}`), resources });
    for (const resource of resources) {
      const pattern = resource.replace(Aws.PARTITION, '<AWS::Partition>');
      acceptPattern(
        grantee,
        pattern,
        'anybody in the directory may be named by an event; nothing is written there',
      );
    }
  }
}
