import { CreateApiKeyCommand, CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import type { LocalClients } from './local-clients.ts';
import type { Outputs } from './stack-outputs.ts';

type Clients = Pick<LocalClients, 'iam' | 'apiGateway'>;

export interface SeededUser {
  readonly userName: string;
  readonly accessKeyIds: readonly string[];
}

export interface SeededApiKey {
  readonly id: string;
  /** Only ever in memory. */
  readonly value: string;
}

export interface Person {
  readonly email: string;
  readonly user: SeededUser;
  readonly apiKey: SeededApiKey;
}

export interface Company {
  readonly leaver: Person;
  readonly colleagues: readonly Person[];
  /** A partner application, which has no email address. */
  readonly partner: { readonly owner: string; readonly apiKey: SeededApiKey };
  /** The leaver is only its contact person: it must go on, so it is held. */
  readonly workload: SeededUser;
  /** Never cut, whoever it belongs to. */
  readonly breakGlass: SeededUser;
}

type Tags = Readonly<Record<string, string>>;

const seedUser = async ({ iam }: Clients, UserName: string, tags: Tags): Promise<SeededUser> => {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await iam.send(new CreateUserCommand({ UserName, Tags }));
  const accessKeyIds: string[] = [];
  for (const _ of ['current', 'previous']) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    accessKeyIds.push(AccessKey?.AccessKeyId ?? '');
  }
  return { userName: UserName, accessKeyIds };
};

interface ApiKeyOf {
  readonly name: string;
  readonly owner: string;
  readonly usagePlanId: string;
}

const seedApiKey = async (
  { apiGateway }: Clients,
  { name, owner, usagePlanId }: ApiKeyOf,
): Promise<SeededApiKey> => {
  const tags = { 'cutoff:owner': owner };
  const { id = '', value = '' } = await apiGateway.send(
    new CreateApiKeyCommand({ name, enabled: true, tags }),
  );
  const onPlan = { usagePlanId, keyId: id, keyType: 'API_KEY' };
  await apiGateway.send(new CreateUsagePlanKeyCommand(onPlan));
  return { id, value };
};

const domain = 'acme.example';

const seedPerson = async (clients: Clients, name: string, usagePlanId: string): Promise<Person> => {
  const email = `${name}@${domain}`;
  const user = await seedUser(clients, name, { 'cutoff:owner': email });
  const apiKey = await seedApiKey(clients, { name: `${name}-reports`, owner: email, usagePlanId });
  return { email, user, apiKey };
};

/** A few people, a partner and two principals that must survive the leaver. */
export const seedCompany = async (
  clients: Clients,
  { ProtectedUsagePlan: usagePlanId }: Pick<Outputs, 'ProtectedUsagePlan'>,
): Promise<Company> => {
  const leaver = await seedPerson(clients, 'dana.reyes', usagePlanId);
  const colleagues: Person[] = [];
  for (const name of ['erin.moss', 'noor.haddad']) {
    colleagues.push(await seedPerson(clients, name, usagePlanId));
  }
  const owner = 'acme-logistics';
  return {
    leaver,
    colleagues,
    partner: { owner, apiKey: await seedApiKey(clients, { name: owner, owner, usagePlanId }) },
    workload: await seedUser(clients, 'nightly-export', {
      'cutoff:owner': leaver.email,
      'cutoff:workload': 'true',
    }),
    breakGlass: await seedUser(clients, 'break-glass', { 'cutoff:protected': 'true' }),
  };
};
