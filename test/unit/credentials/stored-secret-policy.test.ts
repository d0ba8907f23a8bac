import { describe, expect, it } from 'vitest';
import {
  denialFor,
  isDenied,
  restoredPolicy,
  withDenial,
  withoutDenial,
} from '../../../functions/credentials/stored-secret-policy.ts';

const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:rotate-key';
const role = 'arn:aws:iam::123456789012:role/rotates-partner-keys';
const still = {};
const rotating = { RotationEnabled: true, RotationLambdaARN: lambda };

const reader = {
  Sid: 'Reader',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:role/app' },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
};
const nobody = {
  Sid: 'CutoffDeny',
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
};

/** As a person wrote it, white space and all. */
const text = (statement: unknown) =>
  JSON.stringify({ Version: '2012-10-17', Id: 'app', Statement: statement }, null, 2);
const statementsOf = (policy: string | null) =>
  (JSON.parse(policy ?? '{}') as { Statement: unknown[] }).Statement;

const both = withDenial(text([reader]), denialFor(still));

describe('who may still read a secret', () => {
  it('is nobody where nothing rotates it', () => {
    expect(denialFor(still)).toEqual(nobody);
    expect(denialFor({ RotationEnabled: false, RotationLambdaARN: lambda })).toEqual(nobody);
    expect(denialFor({ RotationEnabled: true })).toEqual(nobody);
  });

  it('is whoever has the tag of a rotation function, where there is one', () => {
    expect(denialFor(rotating)).toEqual({
      ...nobody,
      Condition: { StringNotEquals: { 'aws:PrincipalTag/cutoff:rotates': 'api-key' } },
    });
  });

  it('is the role that rotates a managed external secret', () => {
    expect(denialFor({ RotationEnabled: true, ExternalSecretRotationRoleArn: role })).toEqual({
      ...nobody,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } },
    });
  });
});

describe('our statement in a resource policy', () => {
  it('stands alone where there was no policy', () => {
    expect(JSON.parse(withDenial(null, denialFor(still)))).toEqual({
      Version: '2012-10-17',
      Statement: [nobody],
    });
  });

  it.each([
    ['several statements', [reader]],
    ['one without brackets', reader],
  ])('stands beside %s, and the rest of the policy stays', (_, statement) => {
    const policy = withDenial(text(statement), denialFor(still));
    expect(JSON.parse(policy)).toEqual({ Version: '2012-10-17', Id: 'app', Statement: [reader, nobody] });
  });

  it('stands there once, as the rotation demands now', () => {
    const again = withDenial(both, denialFor(rotating));
    expect(statementsOf(again)).toEqual([reader, denialFor(rotating)]);
  });

  it('is seen where it stands, in any order of its words', () => {
    const reversed = Object.fromEntries(Object.entries(nobody).reverse());
    expect(isDenied(both, still)).toBe(true);
    expect(isDenied(text(reversed), still)).toBe(true);
    expect(isDenied(text([reader]), still)).toBe(false);
    expect(isDenied(null, still)).toBe(false);
  });

  it('denies a rotating secret too where it lets nobody through, and with other exceptions does not count', () => {
    expect(isDenied(text([denialFor(rotating)]), rotating)).toBe(true);
    expect(isDenied(both, rotating)).toBe(true);
    expect(isDenied(text([denialFor(rotating)]), still)).toBe(false);
    expect(
      isDenied(text([{ ...nobody, Principal: { AWS: 'arn:aws:iam::123456789012:role/app' } }]), still),
    ).toBe(false);
    expect(isDenied(text([{ ...nobody, Effect: 'Allow' }]), still)).toBe(false);
  });
});

describe('a policy without our statement', () => {
  it('keeps its very text where ours never stood there', () => {
    expect(withoutDenial(text(reader))).toBe(text(reader));
    expect(withoutDenial(null)).toBeNull();
  });

  it('is none where nothing else stands there', () => {
    expect(withoutDenial(withDenial(null, denialFor(still)))).toBeNull();
  });

  it.each([
    ['several statements', [reader]],
    ['one without brackets', reader],
  ])('is the original byte for byte where nobody changed the rest, of %s', (_, statement) => {
    const original = text(statement);
    expect(restoredPolicy(withDenial(original, denialFor(rotating)), original)).toBe(original);
  });

  it('keeps what others changed meanwhile', () => {
    const writer = { ...reader, Sid: 'Writer', Action: 'secretsmanager:PutSecretValue' };
    const changed = withDenial(text([reader, writer]), denialFor(still));
    expect(statementsOf(restoredPolicy(changed, text([reader])))).toEqual([reader, writer]);
    expect(statementsOf(restoredPolicy(both, null))).toEqual([reader]);
    expect(restoredPolicy(withDenial(null, denialFor(still)), text([reader]))).toBeNull();
  });

  it('is left alone where somebody took our statement out', () => {
    expect(restoredPolicy(text(reader), text([reader]))).toBe(text(reader));
    expect(restoredPolicy(null, text([reader]))).toBeNull();
  });
});
