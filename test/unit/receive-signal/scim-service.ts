import { expect } from 'vitest';
import type { Channel, Signal } from '../../../functions/receive-signal/channel.ts';
import { scimChannel } from '../../../functions/receive-signal/scim.ts';
import type { ScimDirectory } from '../../../functions/stores/scim-directory.ts';
import { memoryScimDirectory } from '../../support/memory-scim-directory.ts';
import { bodyOf, deliver, type Outcome, requestOf } from './requests.ts';

export const scimToken = 'scim-token-of-acme';

interface ScimUserBody {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** The channel with a directory, as a provider sees it; `bus` is what it has put there. */
export interface ScimService {
  readonly channel: Channel;
  readonly directory: ScimDirectory;
  readonly bus: Signal[];
  call(method: string, path: string, json?: unknown, query?: Record<string, string>): Promise<Outcome>;
  /** Makes one and gives what was answered. */
  make(path: 'Users' | 'Groups', json: object): Promise<ScimUserBody>;
  /** `change` and user of every signal since the last time. */
  changes(): string[];
}

export const scimService = (directory = memoryScimDirectory()): ScimService => {
  let ids = 0;
  const bus: Signal[] = [];
  const channel = scimChannel({
    secret: async () => scimToken,
    directory,
    now: () => new Date('2026-03-02T09:00:00Z'),
    newId: () => `id-${++ids}`,
  });
  const call: ScimService['call'] = (method, path, json, query = {}) => {
    const headers = {
      'content-type': 'application/scim+json; charset=utf-8',
      authorization: `Bearer ${scimToken}`,
    };
    const request = requestOf({ method, path: `/scim/v2/${path}`, query, json, headers });
    return deliver(channel, request, (signals) => bus.push(...signals));
  };
  const make: ScimService['make'] = async (path, json) =>
    JSON.parse((await call('POST', path, json)).answer.body ?? '{}') as ScimUserBody;
  const changes = () =>
    bus.splice(0).map(({ detail }) => {
      const { change, user } = detail as unknown as { change: string; user: { id: string } };
      return `${change} ${user.id}`;
    });
  return { channel, directory, bus, call, make, changes };
};

export const dana = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'dana@acme.example',
  externalId: '00uDanaAcme00000001',
  name: { givenName: 'Dana', familyName: 'Acme' },
  emails: [{ primary: true, value: 'dana@acme.example', type: 'work' }],
  displayName: 'Dana Acme',
  password: '1mz050nq',
  active: true,
};

export const patchOf = (...operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** Status and `scimType` of an answer that is an error as RFC 7644 section 3.12 has it. */
export const errorOf = (outcome: Outcome) => {
  const { schemas, status, scimType } = bodyOf(outcome) as Record<string, unknown>;
  expect(schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
  expect(status).toBe(String(outcome.answer.status));
  expect(outcome.answer.headers).toMatchObject({ 'content-type': 'application/scim+json; charset=utf-8' });
  return [outcome.answer.status, scimType];
};

/** A list that was answered. */
export const listIn = (outcome: Outcome) =>
  bodyOf(outcome) as {
    totalResults: number;
    itemsPerPage: number;
    startIndex: number;
    Resources: Record<string, unknown>[];
  };
