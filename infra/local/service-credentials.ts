import { randomBytes, randomUUID } from 'node:crypto';
import {
  GetUserCommand,
  type IAMClient,
  NoSuchEntityException,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { answered, elements, noSuchEntity, Refusal, refused, type XmlAnswer } from './iam-xml.ts';
import { localAccount } from './local-account.ts';

interface ServiceCredential {
  readonly id: string;
  readonly service: string;
  readonly createDate: string;
  status: string;
}

interface User {
  readonly name: string;
  readonly id: string;
}

/** Amazon Bedrock and CloudWatch Logs get a key, the others a user name and a password. */
const forKeys = ['bedrock.amazonaws.com', 'logs.amazonaws.com'];

/** "You can have a maximum of two sets … for each supported service per user." */
const mostPerService = 2;

const publicName = (user: User, { service, id }: ServiceCredential): Record<string, string> =>
  forKeys.includes(service)
    ? { ServiceCredentialAlias: `${user.name}+${id}` }
    : { ServiceUserName: `${user.name}-at-${localAccount}` };

const metadata = (user: User, credential: ServiceCredential): Record<string, string> => ({
  UserName: user.name,
  Status: credential.status,
  ...publicName(user, credential),
  CreateDate: credential.createDate,
  ServiceSpecificCredentialId: credential.id,
  ServiceName: credential.service,
});

/** Made for the answer, and kept nowhere. */
const secret = ({ service }: ServiceCredential): Record<string, string> => ({
  [forKeys.includes(service) ? 'ServiceCredentialSecret' : 'ServicePassword']:
    randomBytes(24).toString('base64'),
});

const newId = () => `ACCA${randomUUID().replaceAll('-', '').slice(0, 17).toUpperCase()}`;

/**
 * Service-specific credentials of the users of a local AWS that knows users only. IAM API Reference,
 * "ServiceSpecificCredential", "ServiceSpecificCredentialMetadata" and the actions below. All in one page. AWS
 * refuses to delete a user who has some ("DeleteUser"); here they go with the user, by whose unique id they are kept:
 * one made later under the same name has none of them.
 * Assumption: what follows the user's name in an alias, and `logs.amazonaws.com`; the reference names neither.
 */
export class ServiceCredentials {
  readonly #iam: IAMClient;
  readonly #byUser = new Map<string, ServiceCredential[]>();
  readonly #actions: Readonly<Record<string, (form: URLSearchParams) => Promise<string | undefined>>> = {
    CreateServiceSpecificCredential: (form) => this.#create(form),
    ListServiceSpecificCredentials: (form) => this.#list(form),
    UpdateServiceSpecificCredential: (form) => this.#update(form),
    DeleteServiceSpecificCredential: (form) => this.#delete(form),
  };

  constructor(iam: IAMClient) {
    this.#iam = iam;
  }

  /** `undefined` for an action that is not about these credentials. */
  async answer(form: URLSearchParams): Promise<XmlAnswer | undefined> {
    const action = form.get('Action') ?? '';
    const run = this.#actions[action];
    if (!run) return undefined;
    try {
      return answered(action, await run(form));
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  }

  async #create(form: URLSearchParams): Promise<string> {
    const user = await this.#user(form);
    const service = form.get('ServiceName') ?? '';
    const own = this.#byUser.get(user.id) ?? [];
    if (own.filter((one) => one.service === service).length >= mostPerService) {
      throw new Refusal(409, 'LimitExceeded', `Cannot exceed quota for ${service}: ${mostPerService}`);
    }
    const made = { id: newId(), service, createDate: new Date().toISOString(), status: 'Active' };
    this.#byUser.set(user.id, [...own, made]);
    const shown = elements({ ...metadata(user, made), ...secret(made) });
    return `<ServiceSpecificCredential>${shown}</ServiceSpecificCredential>`;
  }

  async #list(form: URLSearchParams): Promise<string> {
    const users = form.get('AllUsers') === 'true' ? await this.#everyone() : [await this.#user(form)];
    const service = form.get('ServiceName');
    const members = users.flatMap((user) =>
      (this.#byUser.get(user.id) ?? [])
        .filter((one) => service === null || one.service === service)
        .map((one) => `<member>${elements(metadata(user, one))}</member>`),
    );
    const list = `<ServiceSpecificCredentials>${members.join('')}</ServiceSpecificCredentials>`;
    return list + elements({ IsTruncated: 'false' });
  }

  async #update(form: URLSearchParams): Promise<undefined> {
    const { credential } = await this.#named(form);
    const status = form.get('Status') ?? '';
    if (!['Active', 'Inactive'].includes(status)) {
      throw new Refusal(400, 'ValidationError', 'Status must be Active or Inactive');
    }
    credential.status = status;
  }

  async #delete(form: URLSearchParams): Promise<undefined> {
    const { user, own, credential } = await this.#named(form);
    this.#byUser.set(
      user.id,
      own.filter((one) => one !== credential),
    );
  }

  async #named(form: URLSearchParams) {
    const user = await this.#user(form);
    const own = this.#byUser.get(user.id) ?? [];
    const credential = own.find(({ id }) => id === form.get('ServiceSpecificCredentialId'));
    if (!credential) throw noSuchEntity(`${user.name} has no such service-specific credential`);
    return { user, own, credential };
  }

  async #user(form: URLSearchParams): Promise<User> {
    const command = new GetUserCommand({ UserName: form.get('UserName') ?? undefined });
    const { User } = await this.#iam.send(command).catch((error: Error) => {
      throw error instanceof NoSuchEntityException ? noSuchEntity(error.message) : error;
    });
    return { name: User?.UserName ?? '', id: User?.UserId ?? '' };
  }

  async #everyone(): Promise<User[]> {
    const users: User[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: this.#iam }, {})) {
      users.push(...Users.map(({ UserName = '', UserId = '' }) => ({ name: UserName, id: UserId })));
    }
    return users;
  }
}
