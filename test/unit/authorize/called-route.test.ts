import { describe, expect, it } from 'vitest';
import { calledRouteOf, routeMatcher } from '../../../functions/authorize/called-route.ts';

const stage = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod';

describe('calledRouteOf', () => {
  it.each([
    [`${stage}/GET/orders/7`, { stageArn: `${stage}/*`, method: 'GET', path: '/orders/7' }],
    [`${stage}/GET/`, { stageArn: `${stage}/*`, method: 'GET', path: '/' }],
    [`${stage}/DELETE/a b/*`, { stageArn: `${stage}/*`, method: 'DELETE', path: '/a b/*' }],
    [
      'arn:aws-cn:execute-api:cn-north-1:123456789012:x/$default/POST/a',
      {
        stageArn: 'arn:aws-cn:execute-api:cn-north-1:123456789012:x/$default/*',
        ...{ method: 'POST', path: '/a' },
      },
    ],
  ])('reads %s', (arn, called) => {
    expect(calledRouteOf(arn)).toEqual(called);
  });

  it.each([
    undefined,
    '',
    stage,
    `${stage}/`,
    stage.replace('prod', '*'),
    `${stage}/*/orders`,
    `x${stage}/GET/`,
  ])('refuses %s, for which no policy could be written', (arn) => {
    expect(() => calledRouteOf(arn)).toThrow('not-understood');
  });
});

describe('routeMatcher', () => {
  const matches = (routes: string[], method: string, path: string) =>
    routeMatcher(routes)({ stageArn: stage, method, path });

  it('takes a route for itself, by method and whole path', () => {
    expect(matches(['GET /catalog'], 'GET', '/catalog')).toBe(true);
    expect(matches(['GET /catalog'], 'POST', '/catalog')).toBe(false);
    expect(matches(['GET /catalog'], 'GET', '/catalog/7')).toBe(false);
    expect(matches(['GET /catalog'], 'GET', '/v1/catalog')).toBe(false);
    expect(matches(['GET /cat.log'], 'GET', '/catalog')).toBe(false);
  });

  it('takes a star for anything, in the path and as the method', () => {
    expect(matches(['GET /catalog/*'], 'GET', '/catalog/7/pictures')).toBe(true);
    expect(matches(['GET /catalog/*'], 'GET', '/catalog')).toBe(false);
    expect(matches(['* /health', 'GET /catalog/*'], 'HEAD', '/health')).toBe(true);
    expect(matches([], 'GET', '/health')).toBe(false);
  });

  it.each([
    '/catalog/../admin',
    '/catalog/%2e%2e/admin',
    '/catalog//admin',
    '/catalog\\..\\admin',
    '/catalog/x;/admin',
  ])('does not take %s for a path below /catalog: a backend may read it otherwise', (path) => {
    expect(matches(['* /*'], 'GET', path)).toBe(false);
  });
});
