import { daysAfter } from '../domain/days.ts';
import { sha256 } from '../domain/sha256.ts';
import type { Issuance } from '../stores/issuances.ts';
import { type Answer, answerAgain } from './answer.ts';
import type { IssueDeps } from './deps.ts';
import { type Draft, daysFor, type Ordered } from './draft.ts';
import { AccessKeyIssuer } from './issue-access-key.ts';
import { ApiKeyIssuer, orderApiKey } from './issue-api-key.ts';
import { OAuthClientIssuer, orderOAuthClient } from './issue-oauth-client.ts';
import type { Issuers } from './issuer.ts';
import { orderAccessKey } from './order-access-key.ts';
import { mustFitIntoTags, type Owner, ownerOf } from './owner.ts';
import { provision } from './provision.ts';
import { type ReconcileReport, reconcile } from './reconcile.ts';
import { type IssueRequest, parseRequest, type RotateRequest } from './request.ts';
import { type Rotation, rotationOf } from './rotate.ts';

/** One issuer per kind; a kind that is missing here does not compile. */
export const issuersFor = (deps: IssueDeps): Issuers => ({
  'api-gateway-key': new ApiKeyIssuer(deps),
  'iam-access-key': new AccessKeyIssuer(deps),
  'cognito-app-client': new OAuthClientIssuer(deps),
});

const orderOf = (request: IssueRequest, owner: Owner, deps: IssueDeps): Ordered | Promise<Ordered> => {
  switch (request.issue) {
    case 'api-key':
      return orderApiKey(request, deps);
    case 'access-key':
      return orderAccessKey({ user: request.user, owners: [owner], field: 'request.issue' }, deps);
    case 'oauth-client':
      return orderOAuthClient(request, deps);
  }
};

const firstOne = async (request: IssueRequest, deps: IssueDeps): Promise<Rotation> => {
  const owner = await ownerOf(request.owner, 'request.owner', deps);
  const entitlements = request.issue === 'api-key' ? request.entitlements : [];
  return {
    ordered: await orderOf(request, owner, deps),
    owners: [owner],
    entitlements,
    field: 'request.owner',
  };
};

/** The same token, or the same call of the function, is the same issuance. */
const issuanceIdOf = ({ clientToken }: IssueRequest | RotateRequest, requestId: string): string =>
  `iss-${sha256(JSON.stringify(clientToken === undefined ? ['call', requestId] : ['token', clientToken])).slice(0, 32)}`;

interface Asked {
  readonly id: string;
  /** Hash of what was asked for, which the same token must not be used for twice. */
  readonly hash: string;
  readonly request: IssueRequest | RotateRequest;
}

const draftOf = async ({ id, hash, request }: Asked, deps: IssueDeps): Promise<Draft> => {
  const found = 'rotate' in request ? await rotationOf(request, deps) : await firstOne(request, deps);
  const { ordered, owners, entitlements, field, under = [], replaces } = found;
  mustFitIntoTags({ owners, entitlements }, field, deps);
  const now = deps.now().toISOString();
  const issuance: Issuance = {
    id,
    kind: ordered.kind,
    ...ordered.place,
    status: 'intended',
    owners: owners.map(({ key }) => key),
    entitlements,
    expiresAt: daysAfter(now, daysFor(request.days, ordered.terms)),
    intendedAt: now,
    reason: request.reason,
    request: hash,
    handle: { ...ordered.handle, owners: owners.map(({ text }) => text) },
    ...(replaces && { replaces }),
  };
  const held = [...(ordered.under ?? []), ...under];
  return { issuance, owners, under: held, deliver: request.deliver, field };
};

/** Nothing was made, so the token stands for nothing yet. */
const mayTryAgain = ({ status, request }: Issuance, hash: string): boolean =>
  status === 'refused' && request === hash;

/**
 * One request: to issue, to rotate, or to look after what broke down. Errors are `InvalidInput` that names the field, or
 * `CutoffError`.
 */
export const issue = async (input: unknown, deps: IssueDeps): Promise<Answer | ReconcileReport> => {
  const request = parseRequest(input);
  const provisioning = { ...deps, issuers: issuersFor(deps) };
  if ('reconcile' in request) return reconcile(provisioning);
  const id = issuanceIdOf(request, deps.requestId);
  const hash = sha256(JSON.stringify(request));
  const known = await deps.issuances.get(id);
  if (known && !mayTryAgain(known, hash)) return answerAgain(known, hash);
  return provision(await draftOf({ id, hash, request }, deps), provisioning);
};
