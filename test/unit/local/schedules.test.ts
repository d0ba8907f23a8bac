import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { takeOverSchedules } from '../../../infra/local/schedules.ts';

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
  await takeOverSchedules({ Resources }, { eventBridge });
  expect(removed()).toEqual([{ Rule: 'cutoff-upkeep', Ids: ['Target0'] }]);
});

it('asks for nothing where there are none', async () => {
  aws.on(ListTargetsByRuleCommand).resolves({});
  expect(await takeOverSchedules({ Resources }, { eventBridge })).toEqual([]);
  expect(removed()).toEqual([]);
});

const takenAt = (ScheduleExpression: string) => {
  aws.on(ListTargetsByRuleCommand).resolves({
    Targets: [
      { Id: 'Target0', Arn: 'arn:upkeep' },
      { Id: 'Target1', Arn: 'arn:queue', Input: '{"all":true}' },
    ],
  });
  return takeOverSchedules(
    { Resources: { One: rule({ Name: 'one', ScheduleExpression }) } },
    { eventBridge },
  );
};

it('says what was to be done, how often, and what is told', async () => {
  expect(await takenAt('rate(5 minutes)')).toEqual([
    { rule: 'one', seconds: 300, targetArn: 'arn:upkeep' },
    { rule: 'one', seconds: 300, targetArn: 'arn:queue', input: '{"all":true}' },
  ]);
});

it.each([
  ['rate(1 minute)', 60],
  ['rate(2 hours)', 7200],
  ['rate(1 day)', 86_400],
])('reads %s', async (expression, seconds) => {
  expect((await takenAt(expression))[0]?.seconds).toBe(seconds);
});

it('refuses a schedule that it cannot play, rather than never to run it', async () => {
  await expect(takenAt('cron(0 12 * * ? *)')).rejects.toThrow('cron(0 12 * * ? *) is no rate');
});
