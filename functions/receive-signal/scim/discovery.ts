import type { SignalAnswer } from '../channel.ts';
import { groupSchema } from './groups.ts';
import { listAnswer, mostResults } from './list.ts';
import { scimAnswer } from './problem.ts';
import { userSchema } from './users.ts';

const metaOf = (resourceType: string, location: string) => ({
  resourceType,
  location: `/scim/v2/${location}`,
});

const unsupported = { supported: false };

/** RFC 7643 section 5. */
const serviceProviderConfig = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { ...unsupported, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostResults },
  changePassword: unsupported,
  sort: unsupported,
  etag: unsupported,
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: 'Bearer token', description: 'One token, shared with the provider' },
  ],
  meta: metaOf('ServiceProviderConfig', 'ServiceProviderConfig'),
};

const resourceTypes = [
  { id: 'User', endpoint: '/Users', schema: userSchema },
  { id: 'Group', endpoint: '/Groups', schema: groupSchema },
].map((type) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  ...type,
  name: type.id,
  meta: metaOf('ResourceType', `ResourceTypes/${type.id}`),
}));

const attribute = (name: string, more: object = {}) => ({
  name,
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

const schemas = [
  {
    id: userSchema,
    name: 'User',
    attributes: [
      attribute('userName', { required: true, uniqueness: 'server' }),
      attribute('active', { type: 'boolean' }),
      attribute('emails', {
        type: 'complex',
        multiValued: true,
        subAttributes: [attribute('value'), attribute('type'), attribute('primary', { type: 'boolean' })],
      }),
    ],
  },
  {
    id: groupSchema,
    name: 'Group',
    attributes: [
      attribute('displayName', { required: true, uniqueness: 'server' }),
      attribute('members', {
        type: 'complex',
        multiValued: true,
        subAttributes: [attribute('value', { mutability: 'immutable', caseExact: true })],
      }),
    ],
  },
].map((schema) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  ...schema,
  meta: metaOf('Schema', `Schemas/${schema.id}`),
}));

interface Described {
  readonly id: string;
}

/** What is told about the service (RFC 7644 section 4), or nothing where the path is none of those. */
export const discover = (endpoint: string | undefined, id: string | undefined): SignalAnswer | undefined => {
  if (endpoint === 'ServiceProviderConfig' && id === undefined) return scimAnswer(200, serviceProviderConfig);
  const lists: Readonly<Record<string, readonly Described[]>> = {
    ResourceTypes: resourceTypes,
    Schemas: schemas,
  };
  const list = endpoint !== undefined && Object.hasOwn(lists, endpoint) ? lists[endpoint] : undefined;
  if (!list) return undefined;
  if (id === undefined)
    return listAnswer({ total: list.length, resources: list, startIndex: 1 }, (one) => one);
  const one = list.find((described) => described.id === id);
  return one && scimAnswer(200, one);
};
