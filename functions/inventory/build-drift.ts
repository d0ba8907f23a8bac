import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CredentialsSettings } from '../domain/credential-settings.ts';
import type { DriftSettings } from '../domain/sweep-settings.ts';
import { noticesFrom } from '../notices/build.ts';
import type { Recorder } from '../shared/recorder.ts';
import { DynamoDrifts } from '../stores/drifts.ts';
import type { DriftDeps } from './drift.ts';

interface DriftEnv {
  readonly REGISTRY_TABLE: string;
  readonly NOTICES_TOPIC: string;
  readonly EVENT_BUS: string;
  readonly CREDENTIALS: CredentialsSettings;
  readonly DRIFT: DriftSettings;
}

interface Shared {
  readonly client: DynamoDBDocumentClient;
  readonly record: Recorder;
  readonly now: () => Date;
}

/** How drift is treated, and who hears of it. */
export const driftFrom = (
  env: DriftEnv,
  { client, record, now }: Shared,
): Pick<DriftDeps, 'treatments' | 'pools' | 'drifts' | 'notify'> => ({
  treatments: env.DRIFT,
  pools: env.CREDENTIALS.cognitoUserPools,
  drifts: new DynamoDrifts(client, env.REGISTRY_TABLE, now),
  notify: noticesFrom(env, record),
});
