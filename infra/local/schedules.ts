import { ListTargetsByRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import type { LocalClients } from './local-clients.ts';

const scheduledRule = z.object({ Name: z.string(), ScheduleExpression: z.string() });

/**
 * Takes the targets off rules that run on a schedule. moto 5.2 runs none, but takes every event on the bus for a match,
 * and fails on a target that is a function: nothing could be put on the default bus.
 */
export const stopSchedules = async (
  { Resources }: Template,
  { eventBridge }: Pick<LocalClients, 'eventBridge'>,
): Promise<void> => {
  for (const { Type, Properties } of Object.values(Resources)) {
    const rule = scheduledRule.safeParse(Properties).data;
    if (Type !== 'AWS::Events::Rule' || !rule) continue;
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule.Name }));
    const Ids = Targets.map(({ Id = '' }) => Id);
    if (Ids.length > 0) await eventBridge.send(new RemoveTargetsCommand({ Rule: rule.Name, Ids }));
  }
};
