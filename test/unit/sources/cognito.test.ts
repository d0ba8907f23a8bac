import { describe, expect, it } from 'vitest';
import { cognito } from '../../../functions/sources/cognito.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const fixture = (name: string) => readFixture('cognito', `${name}.json`);
const events = await allFixtures(cognito);
const disable = await fixture('admin-disable-user');
const sub = 'f2c4d4a4-70b1-7024-9c1e-5a0b6c7d8e9f';
const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';

await describeFixtures(cognito);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(cognito)).toEqual([]);
});

it('names the person as the pool’s tokens do, and by the id alone as well', () => {
  expect(cognito.normalise(disable).changes[0]).toMatchObject({
    subject: { format: 'iss_sub', iss: issuer, sub },
    aliases: [{ format: 'opaque', id: sub }],
  });
});

it('takes the issuer’s region from the pool, not from the record', () => {
  const requestParameters = { userPoolId: 'ap-southeast-2_Other', username: 'x' };
  expect(cognito.normalise(varied(disable, { requestParameters })).changes[0]?.subject).toMatchObject({
    iss: 'https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_Other',
  });
});

describe('pitfalls', () => {
  it('masked-values: without a sub nobody is named, whatever the user name says', () => {
    const requestParameters = { userPoolId: 'eu-west-1_AcmePool1', username: 'dana@acme.example' };
    for (const additionalEventData of [undefined, null, {}, { sub: 'HIDDEN_DUE_TO_SECURITY_REASONS' }]) {
      expect(fieldOf(cognito, varied(disable, { requestParameters, additionalEventData }))).toBe(
        'detail.additionalEventData.sub',
      );
    }
    expect(JSON.stringify(cognito.normalise(varied(disable, { requestParameters })))).not.toContain('dana');
  });

  it('masked-values: a hidden group is refused by name', async () => {
    const requestParameters = {
      userPoolId: 'eu-west-1_AcmePool1',
      groupName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    };
    const event = varied(await fixture('admin-remove-user-from-group'), { requestParameters });
    expect(fieldOf(cognito, event)).toBe('detail.requestParameters.groupName');
  });

  it('cloudtrail-error: whatever failed changed nothing, and an empty code is no failure', async () => {
    for (const event of events) {
      expect(cognito.normalise(varied(event, { errorCode: 'NotAuthorizedException' })).changes).toEqual([]);
    }
    const deleted = await fixture('admin-delete-user');
    expect(detailOf(deleted).errorCode).toBe('');
    expect(cognito.normalise(deleted).changes).toHaveLength(1);
  });

  it('cloudtrail-null-parameters: an administrator’s call without a pool is refused by name', () => {
    expect(fieldOf(cognito, varied(disable, { requestParameters: null }))).toBe(
      'detail.requestParameters.userPoolId',
    );
  });
});

describe('an app client that was made', () => {
  const madeIn = (event: EventEnvelope) => cognito.normalise(event).made;
  const response = (userPoolClient: unknown) => ({ responseElements: { userPoolClient } });

  it('is told with the pool, the time and the role', async () => {
    expect(madeIn(await fixture('user-pool-client-created'))).toEqual([
      {
        credential: {
          ...{ kind: 'cognito-app-client', account: '123456789012', region: 'eu-west-1' },
          ...{ id: 'eu-west-1_AcmePool1/5acmeclient0000000000000a1' },
          ...{ pool: 'eu-west-1_AcmePool1', client: '5acmeclient0000000000000a1' },
        },
        at: '2026-03-02T09:51:07Z',
        by: 'arn:aws:iam::123456789012:role/IdentityAdmin',
      },
    ]);
  });

  it.each([[null], ['text'], [{}], [{ clientId: 7 }], [{ clientId: '***' }]])(
    'and that the record does not name (%j) is left to the inventory',
    async (client) => {
      const event = varied(await fixture('user-pool-client-created'), response(client));
      expect(madeIn(event)).toBeUndefined();
      expect(cognito.normalise(event).reason).toContain('inventory');
    },
  );

  it('keeps nothing of its secret', async () => {
    const client = { clientId: '5acme', clientSecret: 'acme-client-secret' };
    const event = varied(await fixture('user-pool-client-created'), response(client));
    expect(madeIn(event)).toHaveLength(1);
    expect(JSON.stringify(cognito.normalise(event))).not.toContain('acme-client-secret');
  });

  it('is nothing where the call failed, and refused where the pool is missing', async () => {
    const event = await fixture('user-pool-client-created');
    expect(madeIn(varied(event, { errorCode: 'InvalidParameterException' }))).toBeUndefined();
    expect(fieldOf(cognito, varied(event, { requestParameters: null }))).toBe(
      'detail.requestParameters.userPoolId',
    );
  });
});

it('leaves an ordinary sign-out alone', () => {
  expect(cognito.normalise(varied(disable, { eventName: 'RevokeToken' })).changes).toEqual([]);
});

it('recognises its bare records and nobody else’s', () => {
  const envelope = cognito.wrap?.(detailOf(disable));
  expect(envelope && cognito.normalise(envelope)).toEqual(cognito.normalise(disable));
  expect(
    cognito.wrap?.({ ...detailOf(disable), eventSource: 'cognito-identity.amazonaws.com' }),
  ).toBeUndefined();
});

it(
  'never misbehaves',
  () => {
    const isIssuer = (name: string, text: string) =>
      name.startsWith('https://cognito-idp.') && text.includes(name.toLowerCase().split('/').at(-1) ?? name);
    neverMisbehaves(cognito, events, isIssuer);
  },
  60 * fuzzRuns,
);
