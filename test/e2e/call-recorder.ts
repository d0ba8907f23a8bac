import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { forward } from '../../infra/local/forward.ts';
import { type HttpServer, listen } from '../../infra/local/http-server.ts';

/** One call as it went over the wire. */
export interface RecordedCall {
  /** As its service names it: `GetItem`, `Publish`; of a REST API `GET /apikeys`. */
  readonly name: string;
  /** Of DynamoDB: the partitions that it writes. */
  readonly partitions: readonly string[];
}

interface Keyed {
  readonly Key?: { readonly pk?: { readonly S?: string }; readonly key?: { readonly S?: string } };
  readonly Item?: Keyed['Key'];
}

/** Partition keys in a request of DynamoDB's, those of a transaction too. */
const partitionsIn = (body: string): string[] => {
  const request = JSON.parse(body) as Keyed & { TransactItems?: Record<string, Keyed>[] };
  const writes = [request, ...(request.TransactItems ?? []).flatMap((item) => Object.values(item))];
  return writes.flatMap(({ Key, Item }) => (Key ?? Item)?.pk?.S ?? (Key ?? Item)?.key?.S ?? []);
};

const callIn = ({ method, url = '', headers }: IncomingMessage, body: string): RecordedCall => {
  const [service, operation] = String(headers['x-amz-target'] ?? '').split('.');
  const action = new URLSearchParams(body).get('Action');
  const [path = ''] = url.split('?');
  const name = operation ?? action ?? `${method} ${path}`;
  return { name, partitions: service?.startsWith('DynamoDB') ? partitionsIn(body) : [] };
};

/** "Actions, resources, and condition keys": access levels Read and List. */
const reads = /^(Get|List|Describe|Query|BatchGet|GenerateCredentialReport|GET )/;

/** Stands between the functions and the local AWS, and hears every client of every function. */
export class CallRecorder {
  readonly calls: RecordedCall[] = [];
  readonly #servers: HttpServer[] = [];

  /** Calls that change anything. */
  get writes(): RecordedCall[] {
    return this.calls.filter(({ name }) => !reads.test(name));
  }

  /** For `watch` of `startLocalCutoff`. */
  async standBefore(endpoint: string): Promise<string> {
    const server = createServer(async (request, response) => {
      const body = await buffer(request);
      this.calls.push(callIn(request, body.toString()));
      await forward({ request, body }, response, endpoint).catch(() => response.destroy());
    });
    const listening = await listen(server, 'recorder of calls', 0);
    this.#servers.push(listening);
    return listening.url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}
