import { InvalidInput } from '../../functions/domain/errors.ts';
import { scimRequestOf } from '../../functions/receive-signal/scim/request-meaning.ts';
import { isObject } from '../../functions/shared/json.ts';
import type { EventEnvelope } from '../../functions/sources/event-source.ts';
import { type Explanation, explain } from '../../functions/sources/explain.ts';
import { eventsIn, wrapped } from '../../functions/sources/recognise.ts';
import { type Recorded, readInput } from './read-input.ts';

type Fields = Readonly<Record<string, unknown>>;

const nothing = (reason: string): Explanation => ({
  source: null,
  rule: null,
  changes: [],
  steps: [],
  reason,
});

/** What is no identity event, though it lies beside some: told by fields that mark it. */
const plumbing: readonly (readonly [(value: Fields) => boolean, string])[] = [
  [(value) => 'methodArn' in value || 'routeArn' in value, 'a request to the authorizer: it revokes nothing'],
  [(value) => 'policyDocument' in value || 'isAuthorized' in value, 'an answer of an authorizer'],
  [(value) => 'batchItemFailures' in value, 'an answer to SQS'],
  [(value) => 'public_keys' in value, 'keys that GitHub signs its alerts with'],
  [(value) => 'typ' in value && 'alg' in value, 'the header of a signed token, without its claims'],
  [
    (value) => isObject(value.incident) || isObject(value.occurrence),
    'names neither a secret nor a key, and its author is whoever committed: a human must look it up',
  ],
  [(value) => value['detail-type'] === 'Scheduled Event', 'a tick of a schedule: it makes the upkeep run'],
  [(value) => value.source === 'aws.scheduler', 'a tick of a schedule: it makes the upkeep run'],
];

const scimUser = (id: string | undefined) => ({
  id: id ?? 'not-named',
  userName: id ?? 'not-named',
  emails: [],
});

/** The directory knows who a SCIM id is; a file does not, so the id stands in for the names. */
const ofScim = ({ method, path, body }: Recorded): Explanation[] => {
  const events = scimRequestOf({ method, path, body }).map(
    ({ change, userId, groupId }, index): EventEnvelope => ({
      id: `of-a-file-${index}`,
      source: 'cutoff.scim',
      'detail-type': 'ScimChange',
      time: new Date(0).toISOString(),
      detail: {
        eventId: `of-a-file-${index}`,
        change,
        user: scimUser(userId),
        ...(groupId && { group: { id: groupId, displayName: '' } }),
        receivedAt: new Date(0).toISOString(),
      },
    }),
  );
  return events.length > 0
    ? events.map(explain)
    : [nothing('a SCIM request that takes nobody’s access away')];
};

const isOktaDelivery = (value: unknown): value is { data: { events: unknown[] } } =>
  isObject(value) && isObject(value.data) && Array.isArray(value.data.events);

const ofValue = (value: unknown): Explanation[] => {
  if (isOktaDelivery(value)) return value.data.events.flatMap(ofValue);
  if (isObject(value) && Array.isArray(value.value)) return value.value.flatMap(ofValue);
  const known = isObject(value) ? plumbing.find(([matches]) => matches(value)) : undefined;
  if (known) return [nothing(known[1])];
  const isForeign = isObject(value) && 'eventSource' in value && !wrapped(value);
  return isForeign ? [nothing('no source of Cutoff listens to this service')] : eventsIn(value).map(explain);
};

const ofRequest = (request: Recorded): Explanation[] => {
  const { path, headers, body } = request;
  if (/\/scim\/v2(\/|$)|\/(Users|Groups)(\/|$)/.test(path)) return ofScim(request);
  if ('x-okta-verification-challenge' in headers)
    return [nothing('Okta asks whether the endpoint is ours: answered with the challenge, no change')];
  if (path.includes('validationToken'))
    return [nothing('Graph asks whether the endpoint is ours: answered with the token, no change')];
  return ofValue(body);
};

/** Feedback to GitHub, and error answers, are lists and objects that no event looks like. */
const isAnswer = (value: unknown): boolean =>
  (Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => isObject(one) && 'label' in one && 'token_hash' in one)) ||
  (isObject(value) && ('err_values' in value || 'statusCode' in value));

/**
 * What the events in a file would do, one explanation each. Calls nothing and checks no signature. Throws `InvalidInput`
 * for what cannot be read at all.
 */
export const explainFile = (text: string, headers?: unknown): Explanation[] => {
  const input = readInput(text, headers);
  if ('request' in input) return ofRequest(input.request);
  if (isAnswer(input.value)) return [nothing('an answer, not an event')];
  const explanations = ofValue(input.value);
  if (explanations.length > 0) return explanations;
  throw new InvalidInput('FILE', 'holds no event');
};
