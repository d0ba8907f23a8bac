import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { stopSchedules } from '../../../infra/local/schedules.ts';

const eventBridge = new EventBridgeClient({});
const aws = mockClient(eventBridge);
beforeEach(() => aws.reset());

const rule = (Properties: Record<string, unknown>) => ({ Type: 'AWS::Events::Rule', Properties });
const Resources = {
  Upkeep: rule({ Name: 'cutoff-upkeep', ScheduleExpression: 'rate(1 hour)' }),
  Okta: rule({ Name: 'cutoff-okta', EventPattern: {} }),
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: { Name: 'other', ScheduleExpression: 'rate(1 hour)' },
  },
};
const removed = () => aws.commandCalls(RemoveTargetsCommand).map(({ args }) => args[0].input);

it('takes the targets off scheduled rules, and off no others', async () => {
  aws.on(ListTargetsByRuleCommand).resolves({ Targets: [{ Id: 'Target0', Arn: 'arn:upkeep' }] });
  await stopSchedules({ Resources }, { eventBridge });
  expect(removed()).toEqual([{ Rule: 'cutoff-upkeep', Ids: ['Target0'] }]);
});

it('asks for nothing where there are none', async () => {
  aws.on(ListTargetsByRuleCommand).resolves({});
  await stopSchedules({ Resources }, { eventBridge });
  expect(removed()).toEqual([]);
});
