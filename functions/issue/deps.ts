import type { IssueSettings } from '../domain/issue-settings.ts';
import type { OwnershipRules } from '../domain/ownership.ts';
import type { Protection } from '../domain/protection.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { Count, Recorder } from '../shared/recorder.ts';
import type { Issuances } from '../stores/issuances.ts';
import type { Links } from '../stores/links.ts';
import type { Losses } from '../stores/losses.ts';
import type { Registry } from '../stores/registry.ts';
import type { Standing } from '../stores/standing.ts';

type Services = 'apiGateway' | 'iam' | 'cognito' | 'secretsManager';

export interface IssueDeps {
  /** The deployment's own account and region. */
  readonly home: Place;
  readonly settings: IssueSettings;
  readonly rules: { readonly ownership: OwnershipRules; readonly protection: Protection };
  readonly clients: Pick<AwsClients, Services>;
  /** For what must not be asked twice: these do not try again. */
  readonly once: Pick<AwsClients, Services>;
  readonly issuances: Issuances;
  readonly registry: Pick<Registry, 'entryOf' | 'read' | 'issued' | 'endBy'>;
  readonly links: Links;
  readonly losses: Pick<Losses, 'of'>;
  readonly standing: Pick<Standing, 'holders'>;
  readonly record: Recorder;
  readonly count: Count;
  readonly now: () => Date;
  /** Lambda's request id: names the issuance where the request brings no token. */
  readonly requestId: string;
}
