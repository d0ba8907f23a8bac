import { z } from 'zod';
import { CutoffError } from '../domain/errors.ts';
import type { Subject } from '../domain/subject.ts';
import { addressesIn } from './addresses.ts';
import { type Answer, held, type LookUp, nothing } from './look-up.ts';

/** An app registration with the application permission User.Read.All, kept as JSON in Secrets Manager. */
const graphAppSchema = z.object({
  tenantId: z.uuid(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
});

export interface Graph {
  /** JSON text, see above. */
  readonly app: () => Promise<string>;
  /** `https://login.microsoftonline.com` */
  readonly loginUrl: string;
  /** `https://graph.microsoft.com` */
  readonly graphUrl: string;
}

const timeoutMilliseconds = 5000;

const unavailable = (what: string, cause?: unknown) =>
  new CutoffError(`${what} did not answer`, { code: 'unavailable', retryable: true, cause });

const ask = async (what: string, url: URL, init: RequestInit): Promise<Response> => {
  const options = { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMilliseconds) } as const;
  const response = await fetch(url, options).catch((cause: unknown) => {
    throw unavailable(what, cause);
  });
  if (response.ok || response.status === 404) return response;
  await response.body?.cancel();
  const denied = response.status === 401 || response.status === 403;
  if (denied) throw new CutoffError(`${what} is not allowed`, { code: 'access-denied', retryable: true });
  throw unavailable(what);
};

/** The secret was put there by hand; what is wrong with it is for the same hand to mend, while the event waits. */
const appOf = async ({ app }: Graph): Promise<z.output<typeof graphAppSchema>> => {
  const text = await app();
  try {
    return graphAppSchema.parse(JSON.parse(text));
  } catch {
    const says = 'the secret for Microsoft Graph is not { tenantId, clientId, clientSecret }';
    throw new CutoffError(says, { code: 'unavailable', retryable: true });
  }
};

/** OAuth 2.0 client credentials ("Get access without a user", Microsoft Graph). A token a look-up: they are rare. */
const tokenOf = async (app: z.output<typeof graphAppSchema>, { loginUrl }: Graph): Promise<string> => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const url = new URL(`/${app.tenantId}/oauth2/v2.0/token`, loginUrl);
  const response = await ask('the Microsoft token endpoint', url, { method: 'POST', body });
  const parsed = z.object({ access_token: z.string() }).safeParse(await response.json());
  if (!parsed.success) throw unavailable('the Microsoft token endpoint');
  return parsed.data.access_token;
};

const userSchema = z.object({
  accountEnabled: z.boolean().nullish(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
});
type GraphUser = z.output<typeof userSchema>;

/** `undefined` for a user that Graph does not know, or no longer ("Get a user", Microsoft Graph). */
const graphUser = async (
  path: string,
  token: string,
  { graphUrl }: Graph,
): Promise<GraphUser | undefined> => {
  const url = new URL(`/v1.0/${path}?$select=accountEnabled,userPrincipalName,mail`, graphUrl);
  const response = await ask('Microsoft Graph', url, { headers: { authorization: `Bearer ${token}` } });
  if (response.status === 404) return undefined;
  const parsed = userSchema.safeParse(await response.json());
  if (!parsed.success) throw unavailable('Microsoft Graph');
  return parsed.data;
};

const emailsOf = ({ userPrincipalName, mail }: GraphUser): Subject[] =>
  addressesIn([userPrincipalName, mail]);

/**
 * A notification says that a user was changed, and not how: created, edited, disabled and soft-deleted look the same.
 * Disabled is `deactivated`; gone from /users and found among the deleted is `deleted`; enabled is no change, since an
 * edit looks like a return.
 */
export const entraUserLookUp =
  (graph: Graph): LookUp<'entra-user'> =>
  async (change, { tenantId, userId }): Promise<Answer> => {
    const app = await appOf(graph);
    if (app.tenantId.toLowerCase() !== tenantId.toLowerCase())
      return held(change, 'directory-not-configured');
    const token = await tokenOf(app, graph);
    const id = encodeURIComponent(userId);
    const user = await graphUser(`users/${id}`, token, graph);
    if (user?.accountEnabled === true) return nothing('the account is enabled');
    // Not told is not "no": the app may lack the permission to read it.
    if (user && user.accountEnabled !== false)
      throw unavailable('the state of the account in Microsoft Graph');
    if (user) return { changes: [{ ...change, change: 'deactivated', aliases: emailsOf(user) }] };
    const deleted = await graphUser(`directory/deletedItems/${id}/microsoft.graph.user`, token, graph);
    // Neither here nor there: made a second ago and not everywhere yet, or purged, of which another event tells.
    if (!deleted) return held(change, 'not-found-on-look-up');
    return { changes: [{ ...change, change: 'deleted', aliases: emailsOf(deleted) }] };
  };
