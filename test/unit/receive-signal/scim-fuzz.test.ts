import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { deliver, requestOf, smallJson } from './requests.ts';
import { dana, patchOf, scimService, scimToken } from './scim-service.ts';

const spelling = (...texts: string[]) =>
  fc.constantFrom(...texts.flatMap((text) => [text, text.toUpperCase(), `${text} `]));

const path = fc.oneof(
  fc.constantFrom(
    'active',
    'Active',
    'members',
    'members[value eq "id-1"]',
    'emails[type eq "work"].value',
    'emails[',
    'members]',
    'userName',
    '__proto__',
    'constructor.prototype',
    'urn:ietf:params:scim:schemas:core:2.0:User:active',
  ),
  smallJson,
);
const value = fc.oneof(
  fc.constantFrom<unknown>(
    true,
    false,
    'False',
    'TRUE',
    [{ value: 'id-1' }],
    { active: 'false' },
    { members: [] },
  ),
  smallJson,
);
const operation = fc.record(
  { op: fc.oneof(spelling('add', 'replace', 'remove'), smallJson), path, value },
  { requiredKeys: [] },
);
const resource = fc.record(
  {
    userName: fc.oneof(fc.constantFrom('a', 'b', 'A'), smallJson),
    displayName: fc.oneof(fc.constantFrom('g', 'h'), smallJson),
    active: value,
    emails: fc.oneof(fc.constant(dana.emails), smallJson),
    members: value,
    externalId: smallJson,
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc
    .array(fc.oneof(operation, smallJson), { maxLength: 3 })
    .map((operations) => patchOf(...(operations as object[]))),
  resource,
  anyJson,
);
const target = fc.oneof(
  fc.constantFrom(
    'Users',
    'Groups',
    'Users/id-1',
    'Groups/id-2',
    'Users/id-3',
    'Schemas',
    'ServiceProviderConfig',
  ),
  fc.string().map((id) => `Users/${id}`),
  fc.webPath(),
);
const query = fc.record(
  {
    filter: fc.oneof(fc.constantFrom('userName eq "a"', 'displayName eq "g" and'), fc.string()),
    count: fc.string(),
    startIndex: fc.string(),
  },
  { requiredKeys: [] },
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD');

it(
  'never fails on what is sent, and without the token changes and tells nothing',
  async () => {
    let scim = scimService();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        method,
        target,
        body,
        query,
        fc.integer({ min: 0, max: 9 }),
        async (verb, at, json, parameters, dice) => {
          // A directory of its own now and then: one that only grows would slow down, and one that is new has nobody in it.
          if (runs++ % 200 === 0) scim = scimService();
          await scim.make('Users', { userName: 'a' });
          await scim.make('Groups', { displayName: 'g', members: [{ value: 'id-1' }] });
          const isKnown = dice > 0;
          const headers = { authorization: isKnown ? `Bearer ${scimToken}` : 'Bearer other' };
          const request = requestOf({
            method: verb,
            path: `/scim/v2/${at}`,
            query: parameters,
            json,
            headers,
          });
          const { answer, signals } = await deliver(scim.channel, request);
          expect(answer.status).toBeLessThan(500);
          if (!isKnown) expect([answer.status, signals]).toEqual([401, []]);
          expect(({} as Record<string, unknown>).active).toBeUndefined();
        },
      ),
      { numRuns: fuzzRuns },
    );
  },
  10_000 + 30 * fuzzRuns,
);
