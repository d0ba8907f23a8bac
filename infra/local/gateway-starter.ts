/// <reference lib="esnext.disposable" />
import { type GatewayProps, startGateway } from './gateway.ts';
import type { HttpServer } from './http-server.ts';

/** `apiId` is what flushes name the API by; letters and digits. */
export type GatewayStarter = (
  props: Pick<GatewayProps, 'template' | 'api' | 'apiId' | 'port' | 'invokeBackend'>,
) => Promise<HttpServer>;

interface Behind extends Pick<GatewayProps, 'apiGateway' | 'iam' | 'caches' | 'usage' | 'now'> {
  /** The deployed authorizer. */
  readonly functionName: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
}

/** Gateways that ask the same function, and end with what was started before them. */
export const gatewayStarter =
  ({ functionName, invoke, ...behind }: Behind, started: AsyncDisposableStack): GatewayStarter =>
  async (props) => {
    const invokeAuthorizer = (event: unknown) => invoke(functionName, event);
    const gateway = await startGateway({ ...props, ...behind, invokeAuthorizer });
    started.defer(() => gateway.close());
    return gateway;
  };
