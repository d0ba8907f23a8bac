import { z } from 'zod';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { type Authorizer, backend, type IdentitySource, type RestApi, type Route } from './gateway-api.ts';
import {
  apiIn,
  authorization,
  authorizerFor,
  checkCacheKey,
  readTemplate,
  reference,
  requestPart,
  resourcesOf,
  stageOf,
  ttlSchema,
} from './gateway-template.ts';

const apiSchema = z.object({
  Name: z.string(),
  ApiKeySourceType: z.enum(['HEADER', 'AUTHORIZER']).default('HEADER'),
});

const resourceSchema = z.object({
  ParentId: reference,
  PathPart: z.string().regex(/^(?:[\w.:-]+|\{[\w.:-]+\+?\})$/, 'is no path part'),
});

const authorizerSchema = z.object({
  Type: z.enum(['REQUEST', 'TOKEN'], 'only REQUEST and TOKEN authorizers are simulated'),
  IdentitySource: z.string().default(''),
  IdentityValidationExpression: z.string().optional(),
  /** "If this field is not set, the default value is 300" (AWS::ApiGateway::Authorizer). */
  AuthorizerResultTtlInSeconds: ttlSchema.default(300),
});

const answerSchema = z.object({
  StatusCode: z.string(),
  ResponseTemplates: z.record(z.string(), z.string()).optional(),
});

const integrationSchema = z
  .object({ Type: z.string(), IntegrationResponses: z.array(answerSchema).default([]) })
  .refine(
    ({ Type, IntegrationResponses }) => Type !== 'MOCK' || IntegrationResponses.length > 0,
    'is a MOCK without a response',
  );
type Integration = z.output<typeof integrationSchema>;

const methodSchema = z.object({
  HttpMethod: z.string(),
  ResourceId: reference,
  ApiKeyRequired: z.boolean().default(false),
  ...authorization,
  AuthorizationType: z
    .enum(['NONE', 'CUSTOM', 'AWS_IAM'], 'only Lambda authorizers and IAM are simulated')
    .default('NONE'),
  Integration: integrationSchema,
});

type Resources = ReadonlyMap<string, z.output<typeof resourceSchema>>;

const pathOf = (resourceId: string, resources: Resources): string => {
  const resource = resources.get(resourceId);
  return resource ? `${pathOf(resource.ParentId, resources)}/${resource.PathPart}` : '';
};

const identitySourcesOf = (text: string): IdentitySource[] =>
  text
    .split(',')
    .map((expression) => expression.trim())
    .filter((expression) => expression !== '')
    .map((expression) => requestPart(expression, /^method\.request\.(header|querystring)\.(.+)$/));

/** Assumption: the expression has to match all of the token, as Java's `matches` has it. */
const validationOf = (expression: string | undefined) =>
  expression === undefined ? {} : { validation: new RegExp(`^(?:${expression})$`) };

const authorizerOf = (logicalId: string, properties: z.output<typeof authorizerSchema>): Authorizer => {
  const { Type: type, AuthorizerResultTtlInSeconds: ttlSeconds } = properties;
  const identitySources = identitySourcesOf(properties.IdentitySource);
  checkCacheKey(logicalId, ttlSeconds, identitySources);
  if (type === 'TOKEN' && identitySources.length !== 1) {
    throw new InvalidInput(`template.${logicalId}`, 'a TOKEN authorizer has exactly one identity source');
  }
  const validation = type === 'TOKEN' ? validationOf(properties.IdentityValidationExpression) : {};
  return { logicalId, type, identitySources, ttlSeconds, answers: 'policy', ...validation };
};

const answerOf = ({ Type, IntegrationResponses: [first] }: Integration): Pick<Route, 'status' | 'body'> => {
  if (Type !== 'MOCK') return backend;
  const text = first?.ResponseTemplates?.['application/json'];
  return { status: Number(first?.StatusCode), body: text === undefined ? {} : (JSON.parse(text) as unknown) };
};

/**
 * Reads a REST API of a synthesised CloudFormation template: the one of that logical id or name, or the only one
 * there is. Throws `InvalidInput` that names the logical id for what the local gateway cannot play.
 */
export const restApiOf = (raw: unknown, wished?: string): RestApi => {
  const template = readTemplate(raw);
  const api = apiIn(template, { type: 'AWS::ApiGateway::RestApi', schema: apiSchema }, wished);
  const of = <S extends z.ZodType>(kind: string, schema: S) =>
    resourcesOf(template, { type: `AWS::ApiGateway::${kind}`, schema }, api.logicalId);
  const resources = of('Resource', resourceSchema);
  const authorizers = new Map(
    [...of('Authorizer', authorizerSchema)].map(([id, properties]) => [id, authorizerOf(id, properties)]),
  );
  const routes = [...of('Method', methodSchema).values()].map((method): Route => {
    const authorizer = authorizerFor(method, authorizers);
    return {
      method: method.HttpMethod,
      path: pathOf(method.ResourceId, resources) || '/',
      apiKeyRequired: method.ApiKeyRequired,
      ...(authorizer && { authorizer }),
      isSigned: method.AuthorizationType === 'AWS_IAM',
      isProxy: method.Integration.Type === 'AWS_PROXY',
      ...answerOf(method.Integration),
    };
  });
  const stage = stageOf(template, 'AWS::ApiGateway::Stage', api.logicalId);
  return { kind: 'rest', name: api.Name, stage, apiKeySource: api.ApiKeySourceType, routes };
};
