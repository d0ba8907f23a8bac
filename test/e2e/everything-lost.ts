import { GetRoleCommand } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { client } from '../support/authorization-server.ts';
import { ask, bearer, denyPolicyOf } from './hand-made.ts';
import { inlineOfRole, partsOf } from './iam-state.ts';
import type { OneOfEverything, Place } from './one-of-everything.ts';
import { apiKeyState, centerState, poolUserState, secretState } from './snapshot.ts';

const lostInIam = async ({ cutoff }: Place, person: OneOfEverything): Promise<void> => {
  const states = Object.values(await partsOf(cutoff.clients.iam, person.userName)).flatMap(Object.values);
  expect(states).toEqual(['Inactive', 'Inactive', 'Inactive', 'Inactive', 'Inactive']);
  expect(await denyPolicyOf(cutoff, person)).toMatchObject({
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  });
};

const roleIdOf = async ({ cutoff }: Place, RoleName: string) =>
  (await cutoff.clients.iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleId;

/** Statements that Cutoff put on a role. */
export const denialsOn = async ({ cutoff }: Place, role: string): Promise<unknown[]> => {
  const policies = Object.entries(await inlineOfRole(cutoff.clients.iam, role));
  return policies
    .filter(([name]) => name.startsWith('CutoffDeny'))
    .flatMap(([, policy]) => (policy as { Statement: unknown[] }).Statement);
};

const deny = { Sid: 'CutoffDeny', Effect: 'Deny', Action: '*', Resource: '*' };

/** Of one session of a role, and of no other: what began before a time is refused. */
export const olderDenial = async (place: Place, session: string) => ({
  ...deny,
  Condition: {
    StringEquals: { 'aws:userid': `${await roleIdOf(place, place.prepared.sharedRole)}:${session}` },
    DateLessThan: { 'aws:TokenIssueTime': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
  },
});

const lostOnRoles = async (place: Place, { email, userName }: OneOfEverything): Promise<void> => {
  const { federatedRole, sharedRole } = place.prepared;
  const userId = `${await roleIdOf(place, federatedRole)}:${email}`;
  expect(await denialsOn(place, federatedRole)).toEqual([
    { ...deny, Condition: { StringEqualsIgnoreCase: { 'aws:userid': userId } } },
  ]);
  expect(await denialsOn(place, sharedRole)).toEqual([await olderDenial(place, `${userName}-laptop`)]);
};

const lostAtTheGateway = async (
  { cutoff, providers, prepared }: Place,
  person: OneOfEverything,
): Promise<void> => {
  const { clients } = cutoff;
  expect(await apiKeyState(clients, person.apiKey.id)).toMatchObject({ enabled: false, plans: [] });
  expect(await ask(cutoff, { 'x-api-key': person.apiKey.value })).toBe(403);
  expect(await ask(cutoff, bearer(await providers.tokens.issue(person.email)))).toBe(403);
  const { enabled } = await poolUserState(clients, prepared.pool, person.poolUser);
  expect(enabled).toBe(false);
};

/** As a resource server asks (RFC 7662). */
export const isActive = async ({ providers }: Place, token: string): Promise<unknown> => {
  const [id, secret] = [client.clientId, client.clientSecret].map(encodeURIComponent);
  const answer = await fetch(providers.oauth.endpoints.introspectionEndpoint ?? '', {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ token }),
  });
  return ((await answer.json()) as { active?: unknown }).active;
};

const lostAtProviders = async (place: Place, person: OneOfEverything): Promise<void> => {
  const { okta, auth0, refreshToken } = person;
  expect(await isActive(place, refreshToken)).toBe(false);
  expect([okta.grants, [...okta.clients.values()], okta.sessions]).toEqual([[], [[]], 0]);
  expect([auth0.grants, auth0.tokens, auth0.sessions]).toEqual([[], [], []]);
};

const denial = { Sid: 'CutoffDeny', Effect: 'Deny', Principal: '*', Action: 'secretsmanager:GetSecretValue' };

/** Looks at each service itself: nothing that the audit says is believed here. */
export const expectEverythingLost = async (place: Place, person: OneOfEverything): Promise<void> => {
  const { cutoff, prepared } = place;
  await lostInIam(place, person);
  await lostOnRoles(place, person);
  await lostAtTheGateway(place, person);
  await lostAtProviders(place, person);
  const center = await centerState(cutoff.clients, prepared, person.centerUser);
  expect(center).toEqual({ assignments: [], groups: [] });
  const { policy = '', tags } = await secretState(cutoff.clients, person.secrets.apiKey);
  expect(JSON.parse(policy).Statement).toContainEqual({ ...denial, Resource: '*' });
  expect(tags.join(' ')).toContain('cutoff:revoked=');
};
