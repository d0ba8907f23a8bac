import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { sweepSchema } from '../../functions/domain/sweep-settings.ts';
import { SweepPolicies } from '../../infra/constructs/sweep-policies.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { refusedField } from '../support/refused-field.ts';
import type { Statement } from './policies.ts';
import { render, synthesise } from './synth.ts';

const exemptionsFor = (count: number, reason = 'moves to a role') => ({
  exemptions: Array.from({ length: count }, (_, index) => ({
    id: `AKIAIOSFODNN7EX${String(index).padStart(5, '0')}`,
    reason,
    until: '2027-01-01',
  })),
});
const parameterOf = (sweep: object) => {
  const stack = new Stack(new App(), 'Made');
  const config = parseStageConfig({ sweep });
  new SweepPolicies(stack, 'Policies', config);
  const [parameter] = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Parameter'));
  return { config, ...(parameter?.Properties as { Type: string; Tier: string; Value: string }) };
};

describe('the policies of sweeps', () => {
  it('are read as they were written', () => {
    const exemption = {
      owner: { format: 'email', email: 'Dana@acme.example' },
      reason: 'leaves',
      until: '2027-01-01',
    };
    const { Type, Tier, Value, config } = parameterOf({ exemptions: [exemption] });
    expect([Type, Tier]).toEqual(['String', 'Intelligent-Tiering']);
    expect(sweepSchema.parse(JSON.parse(Value))).toEqual(config.sweep);
    expect(config.sweep.policies.length).toBeGreaterThan(0);
  });

  it('are what the sweep of the deployment is told to read', () => {
    const stack = synthesise();
    const { id, Properties } = stack.one('AWS::SSM::Parameter', 'SweepPolicies');
    expect(sweepSchema.parse(JSON.parse(String(Properties.Value)))).toEqual(sweepSchema.parse({}));
    const sweep = stack.one('AWS::Lambda::Function', 'FunctionsSweepFunction');
    expect(sweep.Properties.Environment).toMatchObject({ Variables: { SWEEP_PARAMETER: { Ref: id } } });
  });

  it('are refused by name where a parameter has no room for them', () => {
    expect(refusedField(() => parameterOf(exemptionsFor(60)))).toBe('accepted');
    // Counted in bytes.
    expect(refusedField(() => parameterOf(exemptionsFor(20, 'x'.repeat(250))))).toBe('accepted');
    expect(refusedField(() => parameterOf(exemptionsFor(20, 'ä'.repeat(250))))).toBe('cutoff.sweep');
    expect(refusedField(() => parameterOf(exemptionsFor(100)))).toBe('cutoff.sweep');
    expect(() => parameterOf(exemptionsFor(100))).toThrow(/takes \d+ bytes, .* room for 8192/);
  });

  it('may be read by the sweep, and nothing else of Parameter Store by anybody', () => {
    const stack = synthesise();
    const { Name } = stack.one('AWS::SSM::Parameter', 'SweepPolicies').Properties;
    // Only then is its ARN what stands before the name, and the name.
    expect(Name).toBe('/Cutoff/sweep-policies');
    const granted = stack
      .of('AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('"ssm:'))
      .map(({ id, Properties }) => ({ id, ...(Properties.PolicyDocument as { Statement: Statement[] }) }));
    expect(granted.map(({ id }) => id)).toEqual([expect.stringMatching(/^FunctionsSweepRole/)]);
    const [read, ...others] = granted
      .flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('ssm:'));
    expect(others).toEqual([]);
    expect(read?.Action).toBe('ssm:GetParameter');
    expect(render(read?.Resource)).toMatch(/:parameterSweepPoliciesParameter$/);
  });
});
