import { z } from 'zod';
import { InvalidInput } from '../../functions/domain/errors.ts';
import type { IdentitySource } from './gateway-api.ts';

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});
export type GatewayTemplate = z.output<typeof templateSchema>;

/** A `Ref`, or an attribute as `LogicalId.Attribute`. */
export const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform(({ 'Fn::GetAtt': [logicalId, attribute] }) => `${logicalId}.${attribute}`),
]);

/** REST APIs are named in one property, HTTP APIs in another. */
const partOfApi = z.union([
  z.object({ RestApiId: reference }).transform(({ RestApiId }) => RestApiId),
  z.object({ ApiId: reference }).transform(({ ApiId }) => ApiId),
]);

/** How many seconds an authorizer's answer may be kept (API Gateway API reference, CreateAuthorizer). */
export const ttlSchema = z.int().min(0).max(3600);

const parse = <S extends z.ZodType>(schema: S, value: unknown, root: string): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, root);
};

export const readTemplate = (raw: unknown): GatewayTemplate => parse(templateSchema, raw, 'template');

export interface Kind<S extends z.ZodType> {
  readonly type: string;
  /** The properties that matter (AWS CloudFormation Template Reference). */
  readonly schema: S;
}

const propertiesOfType = (template: GatewayTemplate, type: string): [logicalId: string, unknown][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, { Properties }]) => [logicalId, Properties]);

/** Resources of one type that belong to that API, by logical id. Those of other APIs need not be readable. */
export const resourcesOf = <S extends z.ZodType>(
  template: GatewayTemplate,
  { type, schema }: Kind<S>,
  api: string,
): Map<string, z.output<S>> =>
  new Map(
    propertiesOfType(template, type)
      .filter(([, properties]) => partOfApi.safeParse(properties).data === api)
      .map(([logicalId, properties]) => [logicalId, parse(schema, properties, `template.${logicalId}`)]),
  );

const named = z.object({ Name: z.string() });

/** The APIs of one type; only those of that logical id or name, where one is wished for. */
export const apisOf = (template: GatewayTemplate, type: string, wished: string | undefined): string[] =>
  propertiesOfType(template, type)
    .filter(([logicalId, properties]) => {
      const names = [logicalId, named.safeParse(properties).data?.Name];
      return wished === undefined || names.includes(wished);
    })
    .map(([logicalId]) => logicalId);

/** Throws `InvalidInput` where there is none, or more than one. */
export const theOnly = <T>(found: Iterable<T>, what: string): T => {
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  throw new InvalidInput('template', `must have exactly one ${what}`);
};

/** What is said of an API itself, with its logical id. */
export const apiIn = <S extends z.ZodType>(
  template: GatewayTemplate,
  { type, schema }: Kind<S>,
  wished: string | undefined,
): z.output<S> & { logicalId: string } => {
  const what = wished === undefined ? type : `${type} ${wished}`;
  const logicalId = theOnly(apisOf(template, type, wished), what);
  const properties = parse(schema, template.Resources[logicalId]?.Properties, `template.${logicalId}`);
  return Object.assign({ logicalId }, properties);
};

export const stageOf = (template: GatewayTemplate, type: string, api: string): string => {
  const stages = resourcesOf(template, { type, schema: z.object({ StageName: z.string() }) }, api);
  return theOnly(stages.values(), type).StageName;
};

/** Absent where the method is open to everybody, or IAM guards it. */
export const authorizerFor = <A>(
  {
    AuthorizationType,
    AuthorizerId,
  }: { AuthorizationType: 'NONE' | 'CUSTOM' | 'AWS_IAM'; AuthorizerId?: string | undefined },
  authorizers: ReadonlyMap<string, A>,
): A | undefined => {
  if (AuthorizationType !== 'CUSTOM') return undefined;
  const authorizer = AuthorizerId === undefined ? undefined : authorizers.get(AuthorizerId);
  if (!authorizer) throw new InvalidInput('template', `has no authorizer ${AuthorizerId}`);
  return authorizer;
};

/** Of methods and routes. */
export const authorization = {
  AuthorizationType: z.enum(['NONE', 'CUSTOM'], 'only Lambda authorizers are simulated').default('NONE'),
  AuthorizerId: reference.optional(),
} as const;

/** `pattern` has the place and the name, as the API's kind writes them. */
export const requestPart = (expression: string, pattern: RegExp): IdentitySource => {
  const [, place, name] = pattern.exec(expression) ?? [];
  if (name === undefined)
    throw new InvalidInput('template', `identity source ${expression} is not simulated`);
  return { in: place === 'header' ? 'header' : 'querystring', name };
};

/** Both services refuse to keep answers that nothing tells apart (CreateAuthorizer, `identitySource`). */
export const checkCacheKey = (logicalId: string, ttlSeconds: number, sources: readonly unknown[]): void => {
  if (ttlSeconds === 0 || sources.length > 0) return;
  throw new InvalidInput(`template.${logicalId}`, 'caches by no identity source');
};
