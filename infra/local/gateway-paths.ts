import { defaultRoute, type Route } from './gateway-api.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** A route that takes a request, with what its path parameters stand for, as it was sent. */
export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const parameter = /^\{(?<name>[^+}]+)(?<greedy>\+?)\}$/;

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const expressionOf = (part: string): string => {
  const groups = parameter.exec(part)?.groups;
  if (!groups) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return groups.greedy ? '(.+)' : '([^/]+)';
};

/** `undefined` where the path is another one. A parameter is never empty. */
const parametersOf = (pattern: string, path: string): Record<string, string> | undefined => {
  if (pattern === defaultRoute) return {};
  const parts = segmentsOf(pattern);
  const values = new RegExp(`^/${parts.map(expressionOf).join('/')}$`).exec(path)?.slice(1);
  const names = parts.flatMap((part) => parameter.exec(part)?.groups?.name ?? []);
  return values && Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
};

const rankOfPart = (part: string): string => {
  const groups = parameter.exec(part)?.groups;
  if (!groups) return '0';
  return groups.greedy ? '2' : '1';
};

/** Sorts the most specific first: literal parts, parameters, greedy ones, and the default route at the end. */
const rankOf = ({ path, method }: Route): string => {
  const parts = path === defaultRoute ? '3' : segmentsOf(path).map(rankOfPart).join('');
  return `${parts}${method === 'ANY' ? '1' : '0'}`;
};

/**
 * HTTP APIs take the most specific route of the method ("Create routes for HTTP APIs in API Gateway", example).
 * REST APIs have a tree of resources. Assumption: the most specific resource is chosen first, and has to have the
 * method.
 */
export const matchOf = (
  routes: readonly Route[],
  { method, path }: Pick<GatewayRequest, 'method' | 'path'>,
  kind: 'rest' | 'http',
): Match | undefined => {
  const matching = routes
    .flatMap((route): Match[] => {
      const parameters = parametersOf(route.path, path);
      return parameters ? [{ route, parameters }] : [];
    })
    .sort((one, other) => rankOf(one.route).localeCompare(rankOf(other.route)));
  const resource = matching[0]?.route.path;
  return matching.find(
    ({ route }) =>
      (kind === 'http' || route.path === resource) && (route.method === method || route.method === 'ANY'),
  );
};
