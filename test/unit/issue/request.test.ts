import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../functions/issue/request.ts';
import { refusedField } from '../../support/refused-field.ts';

const owner = { format: 'email', email: 'ada@acme.example' };
const apiKey = { issue: 'api-key', owner, usagePlan: 'plan', reason: 'partner' };
const accessKey = { issue: 'access-key', owner, user: 'ada', reason: 'partner' };
const oauthClient = { issue: 'oauth-client', owner, pool: 'eu-west-1_a', scopes: ['a/b'], reason: 'partner' };
const rotate = { rotate: { kind: 'api-gateway-key', id: 'k' }, reason: 'old' };

describe('a request', () => {
  it.each([apiKey, accessKey, oauthClient, rotate, { reconcile: true }])('is taken: %j', (request) => {
    expect(parseRequest(request)).toMatchObject(request);
  });

  it('is answered in the response unless it says otherwise', () => {
    expect(parseRequest(apiKey)).toMatchObject({ deliver: 'response', entitlements: [] });
  });

  it.each([
    ['request', {}],
    ['request', null],
    ['request', 'issue'],
    ['request.issue', { ...apiKey, issue: 'password' }],
    ['request.dyas', { ...apiKey, dyas: 1 }],
    ['request.user', { ...apiKey, user: 'ada' }],
    ['request.usagePlan', { ...apiKey, usagePlan: undefined }],
    ['request.days', { ...apiKey, days: -1 }],
    ['request.days', { ...apiKey, days: 0 }],
    ['request.days', { ...apiKey, days: 1.5 }],
    ['request.owner.email', { ...apiKey, owner: { format: 'email', email: 'ada' } }],
    ['request.owner.format', { ...apiKey, owner: { format: 'phone' } }],
    ['request.deliver', { ...apiKey, deliver: 'email' }],
    ['request.reason', { ...apiKey, reason: ' ' }],
    ['request.name', { ...apiKey, name: 'a/b' }],
    // It would be found as what came of another issuance.
    ['request.name', { ...oauthClient, name: `iss-${'0'.repeat(32)}` }],
    ['request.name', { ...oauthClient, name: `shop iss-${'0'.repeat(32)}, new` }],
    ['request.entitlements.0', { ...apiKey, entitlements: ['two words'] }],
    ['request.entitlements', { ...accessKey, entitlements: ['a'] }],
    ['request.user', { ...accessKey, user: 'path/ada' }],
    ['request.scopes', { ...oauthClient, scopes: [] }],
    ['request.rotate.kind', { ...rotate, rotate: { kind: 'iam-user', id: 'ada' } }],
    ['request.rotate.user', { ...rotate, rotate: { kind: 'iam-access-key', id: 'AKIA' } }],
    ['request.rotate.pool', { ...rotate, rotate: { kind: 'cognito-app-client', id: 'c' } }],
    ['request.overlapHours', { ...rotate, overlapHours: -1 }],
    ['request.owner', { ...rotate, owner }],
    ['request.reconcile', { reconcile: false }],
    ['request.dryRun', { reconcile: true, dryRun: true }],
  ])('is refused by its field %s', (field, request) => {
    expect(refusedField(() => parseRequest(request))).toBe(field);
  });
});
