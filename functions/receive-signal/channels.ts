import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SignalSettings } from '../domain/settings.ts';
import { dynamoScimDirectory } from '../stores/dynamo-scim-directory.ts';
import { DynamoSecretHashes } from '../stores/secret-hashes.ts';
import { DynamoSeenTokens } from '../stores/seen-tokens.ts';
import type { Channel } from './channel.ts';
import { entraHookChannel } from './entra-hook.ts';
import { githubChannel } from './github.ts';
import { globalTokenRevocationChannel } from './global-token-revocation.ts';
import { oktaHookChannel } from './okta-hook.ts';
import { scimChannel } from './scim.ts';
import { ssfChannel } from './ssf.ts';

/** A secret as it is now: it may be changed while the function runs. */
export type ReadSecret = () => Promise<string>;

export interface ChannelDeps {
  /** Rows that channels may touch: `seen#…` and `scim-…`; `secret#…` may be read. */
  readonly registry: { readonly client: DynamoDBDocumentClient; readonly table: string };
  /** Those of the channels that are switched on. */
  readonly secrets: {
    readonly oktaHook?: ReadSecret;
    readonly scim?: ReadSecret;
    readonly entra?: ReadSecret;
  };
  readonly now: () => Date;
}

/** A channel that shares a secret with its sender is there only with the secret: without, nobody could be believed. */
const withSecret = (secret: ReadSecret | undefined, make: (secret: ReadSecret) => Channel): Channel[] =>
  secret ? [make(secret)] : [];

/** The ways in that the settings name. Adding one is a file and a line here. */
export const channelsFrom = (settings: SignalSettings, deps: ChannelDeps): Channel[] => {
  const { registry, secrets, now } = deps;
  const { client, table } = registry;
  const seen = new DynamoSeenTokens(client, table, now);
  const { ssf: transmitters, globalTokenRevocation: callers, github } = settings;
  return [
    ...(transmitters.length > 0 ? [ssfChannel({ transmitters, seen, now })] : []),
    ...(callers.length > 0 ? [globalTokenRevocationChannel({ callers, seen, now })] : []),
    ...(github
      ? [githubChannel({ settings: github, hashes: new DynamoSecretHashes(client, table), now })]
      : []),
    ...withSecret(secrets.oktaHook, (secret) => oktaHookChannel({ secret })),
    ...withSecret(secrets.scim, (secret) =>
      scimChannel({ secret, directory: dynamoScimDirectory(client, table), now }),
    ),
    ...withSecret(secrets.entra, (secret) => entraHookChannel({ secret })),
  ];
};
