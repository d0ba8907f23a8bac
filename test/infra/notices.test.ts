import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { Notices } from '../../infra/constructs/notices.ts';
import { synthesise } from './synth.ts';

const made = (email?: string) => {
  const stack = new Stack(new App(), 'Made');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const notices = new Notices(stack, 'Notices', { email });
  notices.grantSend(role);
  return Template.fromStack(stack);
};
const only = (template: Template, type: string) => {
  const [[id, found] = [], ...others] = Object.entries(template.findResources(type));
  if (!id || !found || others.length > 0) throw new Error(`there must be one ${type}`);
  return { id, properties: found.Properties as Record<string, unknown> };
};
const statementsOf = (properties: Record<string, unknown>) =>
  (properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement;

describe('the topic of notices', () => {
  const template = made();
  const { id } = only(template, 'AWS::SNS::Topic');

  it('takes messages over TLS only, and lets nobody in by its own policy', () => {
    const { properties } = only(template, 'AWS::SNS::TopicPolicy');
    expect(properties.Topics).toEqual([{ Ref: id }]);
    expect(statementsOf(properties)).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: { Ref: id },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  });

  it('is written to by whom it is granted, who may do nothing else with it', () => {
    const { properties } = only(template, 'AWS::IAM::Policy');
    expect(statementsOf(properties)).toEqual([
      { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: id } },
    ]);
  });

  it('tells an address only where one is configured', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    const { properties } = only(made('keys@acme.example'), 'AWS::SNS::Subscription');
    expect(properties).toMatchObject({ Protocol: 'email', Endpoint: 'keys@acme.example' });
  });

  it('is another one than that of alarms, each with its own readers', () => {
    const stack = synthesise({ noticeEmail: 'keys@acme.example', alertEmail: 'security@acme.example' });
    const readers = stack
      .of('AWS::SNS::Subscription')
      .map(({ Properties }) => [Properties.Endpoint, (Properties.TopicArn as { Ref: string }).Ref]);
    expect(readers.sort()).toEqual([
      ['keys@acme.example', stack.one('AWS::SNS::Topic', 'Notices').id],
      ['security@acme.example', stack.one('AWS::SNS::Topic', 'Alarms').id],
    ]);
  });
});
