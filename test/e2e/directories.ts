import { createServer, type IncomingMessage } from 'node:http';
import { type HttpServer, listen } from '../../infra/local/http-server.ts';

/** Answers by path, without the query; what is not there is a 404. */
export type Answers = Map<string, unknown>;

/**
 * Stands in for services that the local AWS lacks (Access Analyzer) or that are nobody's to run here (Microsoft Graph):
 * speaks as much of their HTTP as Cutoff asks for.
 */
export const startDirectories = (answers: Answers): Promise<HttpServer> => {
  const answerTo = ({ method = '', url = '' }: IncomingMessage): [number, unknown] => {
    const [path = ''] = url.split('?');
    const key = `${method} ${decodeURIComponent(path)}`;
    return answers.has(key) ? [200, answers.get(key)] : [404, { error: { code: 'NotFound' } }];
  };
  const server = createServer((request, response) => {
    const [status, body] = answerTo(request);
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return listen(server, 'directories', 0);
};
