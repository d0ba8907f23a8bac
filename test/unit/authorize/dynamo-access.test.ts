import { describe, expect, it } from 'vitest';
import { envSchema, readDynamoAccess } from '../../../functions/authorize/env.ts';

const env = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a-secret',
  AWS_SESSION_TOKEN: 'a-secret-session',
};
const endpointOf = (parts: NodeJS.ProcessEnv) => readDynamoAccess({ ...env, ...parts }).endpoint.href;

describe('readDynamoAccess', () => {
  it('reads what Lambda sets', () => {
    expect(readDynamoAccess(env)).toEqual({
      region: 'eu-west-1',
      endpoint: new URL('https://dynamodb.eu-west-1.amazonaws.com'),
      credentials: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'a-secret',
        sessionToken: 'a-secret-session',
      },
    });
  });

  it('can do without a session, as on a developer’s machine', () => {
    const { AWS_SESSION_TOKEN: _, ...without } = env;
    expect(readDynamoAccess(without).credentials).not.toHaveProperty('sessionToken');
  });

  it.each([
    ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
  ])('knows where DynamoDB answers in %s', (AWS_REGION, endpoint) => {
    expect(endpointOf({ AWS_REGION })).toBe(endpoint);
  });

  it('goes where it is told to, by the service before the general', () => {
    const AWS_ENDPOINT_URL = 'http://127.0.0.1:5000';
    const AWS_ENDPOINT_URL_DYNAMODB = 'https://dynamodb.example.com/here';
    expect(endpointOf({ AWS_ENDPOINT_URL })).toBe('http://127.0.0.1:5000/');
    expect(endpointOf({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB })).toBe(AWS_ENDPOINT_URL_DYNAMODB);
    expect(endpointOf({ AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000' })).toBe('http://localhost:8000/');
  });

  it.each([
    'http://dynamodb.eu-west-1.amazonaws.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1:8000',
    'ftp://127.0.0.1',
    'dynamodb.eu-west-1.amazonaws.com',
  ])('refuses to send its question in the clear, or nowhere: %s', (url) => {
    expect(() => endpointOf({ AWS_ENDPOINT_URL_DYNAMODB: url })).toThrow(
      'env.AWS_ENDPOINT_URL: must be https',
    );
    expect(() => endpointOf({ AWS_ENDPOINT_URL: url })).toThrow('env.AWS_ENDPOINT_URL: must be https');
  });

  it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'names %s where it is missing or empty, and no value',
    (name) => {
      for (const value of [undefined, '']) {
        const read = () => readDynamoAccess({ ...env, [name]: value });
        expect(read).toThrow(expect.objectContaining({ code: 'invalid-input', field: `env.${name}` }));
        expect(read).not.toThrow('secret');
      }
    },
  );

  it('asks for nothing that a template would have to set', () => {
    expect(Object.keys(envSchema.shape).filter((name) => name.startsWith('AWS_'))).toEqual([]);
  });
});
