import { z } from 'zod';
import { secureUrl } from './settings.ts';

const secretArn = z.string().startsWith('arn:');

/** "UserPoolId" in the Amazon Cognito user pools API Reference: `REGION_ID`. */
const userPool = z.string().regex(/^[\w-]{1,40}_[0-9a-zA-Z]{1,40}$/, 'must be the id of a user pool');

/** A role whose sessions carry a person's name in a way that its trust policy vouches for. */
export const roleSessionsSchema = z.strictObject({
  /** Name of the role, without its path. */
  role: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role'),
  by: z.enum(['session-name', 'source-identity']).default('session-name'),
  /** Which of a person's identifiers stands there. */
  names: z.enum(['email', 'opaque']).default('email'),
});
export type RoleSessionsSettings = z.output<typeof roleSessionsSchema>;

/** An authorization server whose refresh tokens are kept in Secrets Manager. */
export const oauthServerSchema = z.strictObject({
  /** RFC 8414 `issuer`; secrets name it in their tag `cutoff:issuer`. */
  issuer: secureUrl,
  /** RFC 7009 */
  revocationEndpoint: secureUrl,
  /** RFC 7662; without it a refused refresh is the proof. */
  introspectionEndpoint: secureUrl.optional(),
  tokenEndpoint: secureUrl,
  /** ARN of a secret that holds `{ "clientId", "clientSecret" }`. */
  clientSecretArn: secretArn,
});
export type OAuthServer = z.output<typeof oauthServerSchema>;

/** The management API of an Okta organisation. */
export const oktaSchema = z.strictObject({
  /** `https://acme.okta.com` */
  orgUrl: secureUrl,
  /** ARN of a secret that holds `{ "apiToken" }`. */
  secretArn,
});
export type OktaSettings = z.output<typeof oktaSchema>;

/** The management API of an Auth0 tenant. */
export const auth0Schema = z.strictObject({
  /** `https://acme.eu.auth0.com` */
  domainUrl: secureUrl,
  /** ARN of a secret that holds `{ "clientId", "clientSecret" }` of a machine-to-machine application. */
  secretArn,
});
export type Auth0Settings = z.output<typeof auth0Schema>;

/** Where credentials are looked for, beside IAM and API Gateway. What is not named here is not looked for, and nothing is granted on it. */
export const credentialsSchema = z.strictObject({
  cognitoUserPools: z.array(userPool).default([]),
  roleSessions: z.array(roleSessionsSchema).default([]),
  /** Roles that an IAM user assumed are looked up in CloudTrail. */
  assumedRoles: z.boolean().default(true),
  oauthServers: z.array(oauthServerSchema).default([]),
  okta: oktaSchema.optional(),
  auth0: auth0Schema.optional(),
  /** ARN of the Identity Center instance whose assignments are deleted. */
  identityCenterInstanceArn: z
    .string()
    .regex(/^arn:[\w-]+:sso:::instance\/[\w-]+$/, 'must be the ARN of an instance')
    .optional(),
  /** Secrets of Secrets Manager that are tagged `cutoff:holds`. */
  storedSecrets: z.boolean().default(false),
});
export type CredentialsSettings = z.output<typeof credentialsSchema>;
