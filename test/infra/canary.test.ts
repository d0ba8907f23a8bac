import { describe, expect, it } from 'vitest';
import { lines, statementsOf } from './policies.ts';
import { synthesise } from './synth.ts';

const clientSecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:canary-AbCdEf';
const canary = {
  url: 'https://api.example.com/prod/hello',
  tokenUrl: 'https://id.example.com/token',
  clientSecretArn,
};

const allowed = (probes: object, name: string) =>
  lines(statementsOf(synthesise({ enforcement: { probes } }), name), 'Allow');

const added = [
  'dynamodb:GetItem StoresDenylistTable if ["jti#*"] false',
  'dynamodb:PutItem StoresDenylistTable if ["jti#*"] false',
  `secretsmanager:GetSecretValue ${clientSecretArn}`,
];

describe('what a canary takes', () => {
  const without = synthesise();
  const withCanary = synthesise({ enforcement: { probes: { canary } } });
  const of = (name: string, stack = withCanary) => lines(statementsOf(stack, name), 'Allow');

  it('lets verify read its one secret and write rows of single tokens, and nothing else', () => {
    const before = of('Verify', without);
    expect(of('Verify').filter((line) => !before.includes(line))).toEqual(added);
  });

  it('asks for the key of every row, of which none may be missing', () => {
    const conditions = statementsOf(withCanary, 'Verify').map(({ Condition }) => Condition);
    expect(conditions).toContainEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['jti#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it.each(['Ingest', 'Operator', 'Revoke', 'Upkeep', 'Authorize', 'AuditWatch'])(
    'gives %s nothing',
    (name) => {
      expect(of(name)).toEqual(of(name, without));
    },
  );

  it('is nothing where none is configured: verify writes no row then', () => {
    expect(
      of('Verify', without).filter((line) => /PutItem StoresDenylist|secretsmanager/.test(line)),
    ).toEqual([]);
  });

  it('takes no more rights to try API keys than verify has anyway', () => {
    const probes = { apiKeyUrl: 'https://api.example.com/prod/partner' };
    expect(allowed(probes, 'Verify')).toEqual(of('Verify', without));
    expect(of('Verify', without)).toContain(
      'apigateway:GET arn:AWS::Partition:apigateway:AWS::Region::/apikeys/*',
    );
  });
});
