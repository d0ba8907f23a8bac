import { describe, expect, it } from 'vitest';
import { checkedEndpoint, chosenEndpoint } from '../../../infra/local/local-aws.ts';

describe('checkedEndpoint', () => {
  it.each([
    'https://sqs.eu-west-1.amazonaws.com',
    'https://amazonaws.com',
    'http://amazonaws.com:4566/path',
    'https://AMAZONAWS.com.',
    'https://lambda.cn-north-1.amazonaws.com.cn',
    'https://lambda.eu-west-1.api.aws',
    'https://abc.lambda-url.eu-west-1.on.aws',
  ])('refuses real AWS: %s', (endpoint) => {
    expect(() => checkedEndpoint(endpoint)).toThrow('refusing to run the local stack against real AWS');
  });

  it.each(['', 'localhost', 'localhost:4566', 'ftp://127.0.0.1'])(
    'refuses what is no address: %s',
    (endpoint) => {
      expect(() => checkedEndpoint(endpoint)).toThrow('AWS_ENDPOINT_URL is not an http address');
    },
  );

  it.each([
    ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    ['http://localhost:4566/', 'http://localhost:4566'],
    ['http://localstack:4566', 'http://localstack:4566'],
    ['https://not-amazonaws.com.example', 'https://not-amazonaws.com.example'],
  ])('takes %s', (endpoint, taken) => {
    expect(checkedEndpoint(endpoint)).toBe(taken);
  });
});

describe('chosenEndpoint', () => {
  const sourced = 'http://127.0.0.1:5000';

  it('is nothing without AWS_ENDPOINT_URL', () => {
    expect(chosenEndpoint({})).toBeUndefined();
    expect(chosenEndpoint({ AWS_ENDPOINT_URL: '', CUTOFF_LOCAL_AWS: sourced })).toBeUndefined();
  });

  it('is what the user set', () => {
    expect(chosenEndpoint({ AWS_ENDPOINT_URL: sourced })).toBe(sourced);
    const other = 'http://127.0.0.1:6000';
    expect(chosenEndpoint({ AWS_ENDPOINT_URL: other, CUTOFF_LOCAL_AWS: sourced })).toBe(other);
  });

  it('is not what .local/env left in the shell', () => {
    expect(chosenEndpoint({ AWS_ENDPOINT_URL: sourced, CUTOFF_LOCAL_AWS: sourced })).toBeUndefined();
  });
});
