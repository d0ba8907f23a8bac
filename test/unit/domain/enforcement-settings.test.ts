import { describe, expect, it } from 'vitest';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';

const isValid = (settings: object) => enforcementSchema.safeParse(settings).success;

describe('a header of your own', () => {
  it('is one that nobody sends by the way', () => {
    expect(enforcementSchema.parse({ apiKeyHeader: 'X-Partner-Key' }).apiKeyHeader).toBe('x-partner-key');
    for (const apiKeyHeader of [
      'Authorization',
      'Host',
      'cookie',
      'User-Agent',
      'X-Forwarded-For',
      'a b',
      '',
    ]) {
      expect(isValid({ apiKeyHeader }), apiKeyHeader).toBe(false);
    }
  });
});

describe('a route of best effort', () => {
  it('is a method and a path', () => {
    for (const route of ['GET /catalog/*', '* /health', 'DELETE /']) {
      expect(isValid({ bestEffort: { routes: [route] } }), route).toBe(true);
    }
    for (const route of ['/catalog', 'get /catalog', 'GET catalog', 'GET /a b', '']) {
      expect(isValid({ bestEffort: { routes: [route] } }), route).toBe(false);
    }
    expect(isValid({ bestEffort: { routes: [] } })).toBe(false);
  });
});

describe('a stage that caches', () => {
  it('is named by ids of API Gateway, and keeps nothing for more than an hour', () => {
    const stage = { api: 'a1b2', stage: '$default', type: 'http', seconds: 60 };
    expect(isValid({ caches: [stage] })).toBe(true);
    const wrong = [
      { api: 'https://a1b2' },
      { stage: 'prod/x' },
      { type: 'websocket' },
      { seconds: 0 },
      { seconds: 3601 },
    ];
    for (const part of wrong)
      expect(isValid({ caches: [{ ...stage, ...part }] }), JSON.stringify(part)).toBe(false);
  });
});
