import { Duration } from 'aws-cdk-lib';
import { authorizerSeconds } from '../functions/enforcement/exposure.ts';

/** Of the functions. A queue hides a message six times as long, so a crash costs that much exposure. */
export const timeouts = {
  ingest: Duration.seconds(30),
  /** One task, or one discovery: paging through every user of a large account takes a minute or two. */
  revoke: Duration.minutes(2),
  /** A look at a provider that hangs takes 20 seconds, and a cache that hangs before it another few. */
  verify: Duration.seconds(45),
  /** Somebody waits for it in the console, and a dry run looks everywhere. */
  operator: Duration.minutes(5),
  /** A request waits for it; API Gateway itself gives up after 29 seconds. */
  authorize: Duration.seconds(authorizerSeconds),
  upkeep: Duration.minutes(15),
  /** When it is nearly over, the run goes on in another invocation. */
  sweep: Duration.minutes(15),
  /** Once a minute. */
  expire: Duration.seconds(50),
  /** Somebody waits for it. */
  issue: Duration.seconds(60),
  /** A request waits for it; API Gateway gives up after 29 seconds. */
  token: Duration.seconds(10),
  /** A provider waits for it, Okta for three seconds; API Gateway gives up after 30. */
  receiveSignal: Duration.seconds(15),
  auditWatch: Duration.seconds(30),
} as const;
