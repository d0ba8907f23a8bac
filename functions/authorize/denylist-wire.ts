import http from 'node:http';
import https from 'node:https';
import { answerTo, type HttpAnswer } from './exchange.ts';
import { type DynamoAccess, requestSigner } from './sign-request.ts';

/** Milliseconds. */
const budget = { connect: 300, answer: 1000 } as const;

/** As many as the SDK has by default (`maxSockets`); what is beyond waits. */
const connections = 50;

export interface Attempt {
  /** On a connection of its own: a kept one may have died while Lambda had the process frozen. */
  readonly fresh: boolean;
  /** Given up then, by `performance.now()`. */
  readonly until: number;
}

/** One attempt to ask DynamoDB. Throws where there is no whole answer; of an error, only the name is safe to log. */
export type Wire = (body: string, attempt: Attempt) => Promise<HttpAnswer>;

/** BatchGetItem by one signed request over a connection that is kept; Node's agents set TCP_NODELAY by themselves. */
export const denylistWire = (access: DynamoAccess): Wire => {
  const { request, Agent } = access.endpoint.protocol === 'http:' ? http : https;
  const kept = new Agent({ keepAlive: true, maxSockets: connections });
  const sign = requestSigner(access);
  return async (body, { fresh, until }) => {
    const headers = await sign(body);
    const sent = request(access.endpoint, { method: 'POST', headers, agent: fresh ? false : kept });
    sent.end(body);
    return answerTo(sent, { budget, until });
  };
};
