import { type EventPattern as CdkEventPattern, Match } from 'aws-cdk-lib/aws-events';
import type { EventPattern } from '../../functions/sources/event-source.ts';

/** A source's own pattern, so that what is delivered is what its parser expects. */
export const rulePatternOf = ({ source, detail, ...rest }: EventPattern): CdkEventPattern => ({
  source: Match.anyOf(...source.map((one) => (typeof one === 'string' ? one : Match.prefix(one.prefix)))),
  ...(rest['detail-type'] && { detailType: [...rest['detail-type']] }),
  ...(detail && { detail }),
});

/**
 * As it stands on a default bus: what comes from AWS itself. Many of an account may put events there, and none of them
 * can forge `aws.…`; with `cutoff.NAME`, which is for replays by hand, any of them could revoke whom they like.
 */
export const awsOnly = ({ source, ...rest }: EventPattern): EventPattern => ({
  ...rest,
  source: source.filter((one) => typeof one !== 'string' || !one.startsWith('cutoff.')),
});
