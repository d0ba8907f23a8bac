import type { Alarms } from './constructs/alarms.ts';
import type { Functions } from './constructs/functions.ts';
import type { WorkQueues } from './constructs/work-queues.ts';

/** What a human must hear of. */
export const raiseAlarms = (alarms: Alarms, queues: WorkQueues, functions: Functions): void => {
  const { ingest, revoke, verify, upkeep, sweep, expire, authorize, auditWatch } = functions;
  const { receiveSignal, issue, token } = functions;

  alarms.onQueue('IdentityEvents', queues.identityEvents);
  alarms.onQueue('Revocations', queues.revocations);
  alarms.onQueue('RevocationsApiGateway', queues.apiGateway);
  alarms.onQueue('Verifications', queues.verifications);
  alarms.onQueue('Sweeps', queues.sweeps);
  alarms.onDeadLetters('Undelivered', queues.undelivered);

  for (const witness of [verify, ingest]) {
    alarms.onCount(witness, 'TaskUnverified', 'A credential is not proven dead, and is looked at again');
  }
  for (const worker of [ingest, revoke]) {
    alarms.onCount(worker, 'TaskFailed', 'A credential could not be cut, or not at once');
  }
  for (const worker of [ingest, revoke]) {
    alarms.onCount(worker, 'TaskHeld', 'A principal waits for approve or reject');
  }
  for (const witness of [upkeep, ingest]) {
    alarms.onCount(witness, 'OwnerDisputed', 'A principal has changed hands or claims several owners');
  }
  alarms.onCount(ingest, 'RevocationHeld', 'A brake holds revocations back until somebody approves');
  alarms.onCount(ingest, 'EventRejected', 'An identity event could not be read');
  alarms.onCount(ingest, 'StreamStopped', 'A provider has paused its signals: nothing is heard from it');
  alarms.onCount(auditWatch, 'AuditTampered', 'An audit record was changed or removed');
  alarms.onCount(authorize, 'AuthorizeUnavailable', 'Requests are refused because a check is out of reach');
  alarms.onCount(
    authorize,
    'AuthorizeBestEffort',
    'Requests are decided from memory: the denylist is out of reach',
  );

  // Not authorize: every 401 is an error of that function, and strangers could ring the bell at will.
  for (const unqueued of [upkeep, expire, auditWatch]) alarms.onErrors(unqueued);
  alarms.onCount(expire, 'ExpiryLate', 'Something expired minutes ago, and nobody has ended it');
  alarms.onCount(sweep, 'SweepProblem', 'A sweep could not look at all that it should');
  for (const witness of [upkeep, ingest]) {
    alarms.onCount(witness, 'DriftFound', 'A credential was made by other means than `issue`');
  }
  if (issue) {
    alarms.onCount(issue, 'ReconcileFailed', 'What was issued half-way could not be looked after');
    alarms.onCount(issue, 'IssuanceAbandoned', 'Something was issued to nobody: it is being revoked');
  }
  if (token) alarms.onCount(token, 'TokenUnavailable', 'Tokens cannot be issued: a check is out of reach');

  // Nor `SignalRefused`, for the same reason.
  if (!receiveSignal) return;
  alarms.onErrors(receiveSignal);
  alarms.onCount(receiveSignal, 'SignalFailed', 'A signal could not be taken: its sender has to try again');
};
