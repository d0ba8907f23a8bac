import { z } from 'zod';
import { InvalidInput } from '../../functions/domain/errors.ts';

/** A request parameter that must be there before the authorizer is asked. */
export interface IdentitySource {
  readonly in: 'header' | 'querystring';
  readonly name: string;
}

export interface Route {
  readonly method: string;
  /** `/hello` */
  readonly path: string;
  readonly apiKeyRequired: boolean;
  /** Absent where the method is open to everybody. */
  readonly identitySources?: readonly IdentitySource[];
  /** What the mock integration answers. */
  readonly status: number;
  readonly body: unknown;
}

export interface RestApi {
  readonly name: string;
  readonly stage: string;
  readonly routes: readonly Route[];
}

const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform(({ 'Fn::GetAtt': [logicalId, attribute] }) => `${logicalId}.${attribute}`),
]);

const literalPart = z.string().regex(/^[\w.-]+$/, 'path parameters are not simulated');

const integrationSchema = z.object({
  Type: z.literal('MOCK', 'only MOCK integrations are simulated'),
  IntegrationResponses: z
    .array(
      z.object({ StatusCode: z.string(), ResponseTemplates: z.record(z.string(), z.string()).optional() }),
    )
    .min(1),
});

/** The properties that matter, by resource type (AWS CloudFormation Template Reference). */
const propertiesSchemas = {
  'AWS::ApiGateway::RestApi': z.object({ Name: z.string() }),
  'AWS::ApiGateway::Stage': z.object({ StageName: z.string() }),
  'AWS::ApiGateway::Resource': z.object({ ParentId: reference, PathPart: literalPart }),
  'AWS::ApiGateway::Authorizer': z.object({
    Type: z.literal('REQUEST', 'only REQUEST authorizers are simulated'),
    IdentitySource: z.string().default(''),
    // Absent means 300 seconds; so it has to be written out.
    AuthorizerResultTtlInSeconds: z.literal(0, 'must be 0: caching is not simulated'),
  }),
  'AWS::ApiGateway::Method': z.object({
    HttpMethod: z.string(),
    ResourceId: reference,
    ApiKeyRequired: z.boolean().default(false),
    AuthorizerId: reference.optional(),
    Integration: integrationSchema,
  }),
} as const;
type ResourceType = keyof typeof propertiesSchemas;
type Properties<T extends ResourceType> = z.output<(typeof propertiesSchemas)[T]>;

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});
type Template = z.output<typeof templateSchema>;

const parse = <S extends z.ZodType>(schema: S, value: unknown, root: string): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, root);
};

/** Resources of one type by logical id. */
const resourcesOf = <T extends ResourceType>(template: Template, type: T): Map<string, Properties<T>> => {
  const ofType = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  const parsed = ofType.map(([logicalId, { Properties: value }]) => {
    const properties = parse(propertiesSchemas[type], value, `template.${logicalId}`);
    return [logicalId, properties as Properties<T>] as const;
  });
  return new Map(parsed);
};

const theOnly = <T extends ResourceType>(template: Template, type: T): Properties<T> => {
  const [one, another] = resourcesOf(template, type).values();
  if (one && !another) return one;
  throw new InvalidInput('template', `must have exactly one ${type}`);
};

const pathOf = (
  resourceId: string,
  resources: Map<string, Properties<'AWS::ApiGateway::Resource'>>,
): string => {
  const resource = resources.get(resourceId);
  return resource ? `${pathOf(resource.ParentId, resources)}/${resource.PathPart}` : '';
};

const identitySourcesOf = (text: string): IdentitySource[] =>
  text.split(',').flatMap((expression) => {
    if (expression.trim() === '') return [];
    const [, place, name] = /^method\.request\.(header|querystring)\.(.+)$/.exec(expression.trim()) ?? [];
    if (name === undefined)
      throw new InvalidInput('template', `identity source ${expression} is not simulated`);
    return [{ in: place === 'header' ? 'header' : 'querystring', name }];
  });

const mockAnswer = ({ Integration }: Properties<'AWS::ApiGateway::Method'>) => {
  const [first] = Integration.IntegrationResponses;
  const text = first?.ResponseTemplates?.['application/json'];
  return { status: Number(first?.StatusCode), body: text === undefined ? {} : (JSON.parse(text) as unknown) };
};

/**
 * Reads the one REST API of a synthesised CloudFormation template. Throws `InvalidInput` that names the logical
 * id for what the local gateway cannot play: path parameters, other integrations or authorizers, caching.
 */
export const restApiOf = (raw: unknown): RestApi => {
  const template = parse(templateSchema, raw, 'template');
  const resources = resourcesOf(template, 'AWS::ApiGateway::Resource');
  const authorizers = resourcesOf(template, 'AWS::ApiGateway::Authorizer');
  const routes = [...resourcesOf(template, 'AWS::ApiGateway::Method').values()].map((method): Route => {
    const authorizer = method.AuthorizerId === undefined ? undefined : authorizers.get(method.AuthorizerId);
    if (method.AuthorizerId !== undefined && !authorizer) {
      throw new InvalidInput('template', `has no authorizer ${method.AuthorizerId}`);
    }
    return {
      method: method.HttpMethod,
      path: pathOf(method.ResourceId, resources) || '/',
      apiKeyRequired: method.ApiKeyRequired,
      ...(authorizer && { identitySources: identitySourcesOf(authorizer.IdentitySource) }),
      ...mockAnswer(method),
    };
  });
  const { Name: name } = theOnly(template, 'AWS::ApiGateway::RestApi');
  return { name, stage: theOnly(template, 'AWS::ApiGateway::Stage').StageName, routes };
};
