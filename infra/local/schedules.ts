import { ListTargetsByRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import type { LocalClients } from './local-clients.ts';

/** What EventBridge does by the clock: one rule's target. */
export interface ScheduledRun {
  /** Name of the rule. */
  readonly rule: string;
  /** Between two runs. */
  readonly seconds: number;
  /** Of a function or a queue. */
  readonly targetArn: string;
  /** JSON that is always the same; without it, the event that EventBridge makes. */
  readonly input?: string;
}

const scheduledRule = z.object({ Name: z.string(), ScheduleExpression: z.string() });

const secondsIn = { minute: 60, hour: 3600, day: 86_400 } as const;

/** "Rate expressions", Amazon EventBridge User Guide. */
const secondsOf = (expression: string): number => {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (!unit) throw new Error(`${expression} is no rate, and no other schedule is played locally`);
  return Number(value) * secondsIn[unit as keyof typeof secondsIn];
};

/**
 * Takes the targets off rules that run on a schedule, and returns them. moto 5.2 runs none, but takes every event on the bus for
 * a match, and fails on a target that is a function: nothing could be put on the default bus.
 */
export const takeOverSchedules = async (
  { Resources }: Template,
  { eventBridge }: Pick<LocalClients, 'eventBridge'>,
): Promise<ScheduledRun[]> => {
  const runs: ScheduledRun[] = [];
  for (const { Type, Properties } of Object.values(Resources)) {
    const rule = scheduledRule.safeParse(Properties).data;
    if (Type !== 'AWS::Events::Rule' || !rule) continue;
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule.Name }));
    const Ids = Targets.map(({ Id = '' }) => Id);
    if (Ids.length > 0) await eventBridge.send(new RemoveTargetsCommand({ Rule: rule.Name, Ids }));
    for (const { Arn: targetArn = '', Input: input } of Targets) {
      const seconds = secondsOf(rule.ScheduleExpression);
      runs.push({ rule: rule.Name, seconds, targetArn, ...(input !== undefined && { input }) });
    }
  }
  return runs;
};
