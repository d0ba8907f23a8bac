import { describe, expect, it } from 'vitest';
import { vouchesFor } from '../../../functions/credentials/role-trust.ts';

type Statement = Readonly<Record<string, unknown>>;

const trust = (statements: Statement | readonly Statement[], Version = '2012-10-17'): string =>
  JSON.stringify({ Version, Statement: statements });

/** As a policy writes it. */
const variable = (name: string) => `\${${name}}`;

const saml = {
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::123456789012:saml-provider/acme' },
  Action: 'sts:AssumeRoleWithSAML',
};
const oidc = {
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' },
  Action: 'sts:AssumeRoleWithWebIdentity',
};
const anybody = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:root' },
  Action: 'sts:AssumeRole',
};
const demanding = (Condition: Statement) => ({ ...anybody, Condition });
const named = (name: unknown, operator = 'StringEquals') =>
  demanding({ [operator]: { 'sts:RoleSessionName': name } });
const identified = (name: unknown, operator = 'StringEquals') =>
  demanding({ [operator]: { 'sts:SourceIdentity': name } });
const samlIdentified = { ...saml, Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity'] };

describe('what a trust policy vouches for', () => {
  it.each<[string, Statement | Statement[]]>([
    ['SAML, whose assertion names the session', saml],
    ['several SAML providers', { ...saml, Principal: { Federated: [saml.Principal.Federated] } }],
    ['the name of the IAM user', named(variable('aws:username'), 'StringLike')],
    ['a tag of the principal', named([variable('aws:PrincipalTag/email')])],
    [
      'a condition key in other capitals',
      demanding({ StringEquals: { 'STS:rolesessionname': variable('aws:UserName') } }),
    ],
    ['a Deny beside it, which lets nobody in', [saml, { ...anybody, Effect: 'Deny' }]],
    ['a statement that lets nobody assume it', [saml, { ...anybody, Action: 'sts:TagSession' }]],
  ])('session names: %s', (_, statements) => {
    expect(vouchesFor(trust(statements), 'session-name')).toBe(true);
  });

  it.each<[string, Statement | Statement[]]>([
    ['whoever calls AssumeRole', anybody],
    ['a web identity', oidc],
    ['one door of two', [saml, anybody]],
    ['everybody', { ...anybody, Principal: '*' }],
    ['SAML beside a principal of AWS', { ...saml, Principal: { ...saml.Principal, ...anybody.Principal } }],
    [
      'SAML beside a web identity',
      { ...saml, Principal: { Federated: [saml.Principal.Federated, oidc.Principal.Federated] } },
    ],
    ['an action with a wildcard', [saml, { ...anybody, Action: 'sts:*' }]],
    ['all actions but some', [saml, { Effect: 'Allow', Principal: '*', NotAction: 'sts:TagSession' }]],
    ['a name written out', named('deploy')],
    ['a wildcard beside the variable', named(`${variable('aws:username')}*`, 'StringLike')],
    ['a variable with a default', named(variable("aws:username, 'deploy'"))],
    ['another name beside the variable', named([variable('aws:username'), 'deploy'])],
    [
      'a condition that holds where the key is absent',
      named(variable('aws:username'), 'StringEqualsIfExists'),
    ],
    ['a negated condition', named(variable('aws:username'), 'StringNotEquals')],
    ['no name at all', named([])],
    ['what the caller sends', named(variable('sts:SourceIdentity'))],
    ['the source identity, which is another name', identified(variable('aws:username'))],
    ['nobody who may assume it', { ...saml, Action: 'sts:TagSession' }],
    ['no statement', []],
  ])('no session names: %s', (_, statements) => {
    expect(vouchesFor(trust(statements), 'session-name')).toBe(false);
  });

  it.each<[string, Statement | Statement[]]>([
    ['SAML that may set it', samlIdentified],
    ['the name of the IAM user', identified(variable('aws:username'))],
    ['whoever demands it of a web identity', { ...oidc, ...identified(variable('aws:PrincipalTag/mail')) }],
  ])('source identities: %s', (_, statements) => {
    expect(vouchesFor(trust(statements), 'source-identity')).toBe(true);
  });

  it.each<[string, Statement | Statement[]]>([
    ['SAML that may not set it', saml],
    ['a web identity that may set it', { ...oidc, Action: [oidc.Action, 'sts:SetSourceIdentity'] }],
    ['a caller who may choose it', { ...anybody, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }],
    ['a session name, which is another name', named(variable('aws:username'))],
  ])('no source identities: %s', (_, statements) => {
    expect(vouchesFor(trust(statements), 'source-identity')).toBe(false);
  });

  it('does not take for a variable what is plain text in the older version', () => {
    expect(vouchesFor(trust(named(variable('aws:username')), '2008-10-17'), 'session-name')).toBe(false);
    expect(vouchesFor(trust(saml, '2008-10-17'), 'session-name')).toBe(true);
  });

  it.each(['', 'not JSON', '{}', '[]', 'null', trust({ Effect: 'Perhaps' })])(
    'vouches for nothing by %j',
    (text) => {
      expect(vouchesFor(text, 'session-name')).toBe(false);
    },
  );
});
