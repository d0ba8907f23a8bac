import { describe, expect, it } from 'vitest';
import { listed, type Statement, statementsOf } from './policies.ts';
import { render, synthesise } from './synth.ts';

const breakGlass = 'arn:aws:iam::123456789012:user/break-glass';
const partnerKey = 'arn:aws:apigateway:eu-west-1::/apikeys/abc123';
const stack = synthesise({
  protection: { arns: [breakGlass, partnerKey], tags: ['cutoff:protected', 'vip'] },
});

/** On users and keys; what is done to roles is denied in the same way, see `iam-roles.test.ts`. */
const onRoles = /RolePolicy$/;
const denies = (name: string, service: string): Statement[] =>
  statementsOf(stack, name).filter(
    ({ Effect, Action }) => Effect === 'Deny' && listed(Action).every((one) => one.startsWith(service)),
  );
const writes = /^iam:(Put|Attach|Detach|Delete|Update|Create)|^apigateway:(PATCH|PUT|DELETE)/;
const writing = (name: string, service: string) =>
  statementsOf(stack, name)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => listed(Action))
    .filter((action) => action.startsWith(service) && writes.test(action) && !onRoles.test(action))
    // Taking a key off a plan is done to the plan, which carries no tag of the key's owner.
    .filter((action) => action !== 'apigateway:DELETE')
    .sort();
const actionsOn = (statements: Statement[]) =>
  [...new Set(statements.flatMap((one) => listed(one.Action)))].filter((one) => !onRoles.test(one)).sort();

describe.each([
  { name: 'Ingest', service: 'iam', arn: breakGlass, everyone: ':user/*' },
  { name: 'Operator', service: 'iam', arn: breakGlass, everyone: ':user/*' },
  { name: 'Revoke', service: 'iam', arn: breakGlass, everyone: ':user/*' },
  { name: 'Revoke', service: 'apigateway', arn: partnerKey, everyone: '/apikeys/*' },
])('$name on $service', ({ name, service, arn, everyone }) => {
  it('is denied every writing action on principals that are protected by name', () => {
    const named = denies(name, service).filter(({ Resource }) => render(Resource) === arn);
    expect(writing(name, service)).not.toEqual([]);
    expect(actionsOn(named)).toEqual(writing(name, service));
    expect(named.every(({ Condition }) => Condition === undefined)).toBe(true);
  });

  it.each(['cutoff:protected', 'vip'])('and on those that carry the tag %s, unless it says false', (tag) => {
    const key = `aws:ResourceTag/${tag}`;
    const tagged = denies(name, service).filter(({ Condition }) => Condition?.Null && key in Condition.Null);
    expect(actionsOn(tagged)).toEqual(writing(name, service));
    for (const { Action, Condition, Resource } of tagged) {
      if (listed(Action).some((one) => onRoles.test(one))) continue;
      expect(render(Resource).endsWith(everyone)).toBe(true);
      expect(Condition).toEqual({ Null: { [key]: 'false' }, StringNotEqualsIgnoreCase: { [key]: 'false' } });
    }
  });
});

describe('functions that only look', () => {
  it.each(['Verify', 'Upkeep', 'Authorize', 'AuditWatch'])(
    '%s can write no IAM user and no API key',
    (name) => {
      expect([...writing(name, 'iam'), ...writing(name, 'apigateway')]).toEqual([]);
    },
  );
});
