import { describe, expect, it } from 'vitest';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { lines, statementsOf } from './policies.ts';
import { synthesise } from './synth.ts';

const shop = { api: 'shop1', stage: 'prod', seconds: 300 };
const app = { api: 'app2', stage: '$default', type: 'http', seconds: 60 };
const stack = synthesise({ enforcement: { caches: [shop, app], apiKeyHeader: 'X-Partner-Key' } });

const functions = ['Ingest', 'Operator', 'Revoke', 'Verify', 'Upkeep', 'Authorize', 'AuditWatch'];
const gateway = 'arn:AWS::Partition:apigateway:AWS::Region::';
const allowed = (name: string, on = stack) => lines(statementsOf(on, name), 'Allow');
const ofCaches = (name: string, on = stack) => allowed(name, on).filter((line) => line.includes('/cache/'));

describe('who may empty the caches of the authorizer’s answers', () => {
  it.each(['Ingest', 'Operator', 'Revoke', 'Verify'])('%s: of exactly the stages that are named', (name) => {
    expect(ofCaches(name)).toEqual([
      `apigateway:DELETE ${gateway}/apis/app2/stages/$default/cache/authorizers`,
      `apigateway:DELETE ${gateway}/restapis/shop1/stages/prod/cache/authorizers`,
    ]);
  });

  it.each(['Upkeep', 'Authorize', 'AuditWatch'])('%s: of none', (name) => {
    expect(ofCaches(name)).toEqual([]);
  });

  it('nobody, where no stage is named', () => {
    const bare = synthesise();
    expect(functions.flatMap((name) => ofCaches(name, bare))).toEqual([]);
  });
});

describe('keys in a header of your own', () => {
  const readsKeys = (on = stack) =>
    functions.filter((name) => allowed(name, on).includes(`apigateway:GET ${gateway}/apikeys/*`));

  it('are read by the upkeep too, which keeps their rows by hash from expiring, and looks at new keys anyway', () => {
    expect(readsKeys()).toEqual(['Ingest', 'Operator', 'Revoke', 'Verify', 'Upkeep']);
    expect(readsKeys(synthesise())).toEqual(readsKeys());
  });
});

describe('the consistency window', () => {
  const parse = (consistencyWindowSeconds: number, enforcement: object) => () =>
    parseStageConfig({ verification: { consistencyWindowSeconds }, enforcement });

  it('is at least one run of the authorizer where a cache is emptied at its end', () => {
    expect(parse(9, { caches: [shop] })).toThrow(
      /^cutoff\.verification\.consistencyWindowSeconds: must be at least 10: .*enforcement\.caches/,
    );
    expect(parse(10, { caches: [shop] })).not.toThrow();
    expect(parse(1, {})).not.toThrow();
  });

  it('is longer by what the authorizer remembers, since that gets into a cache too', () => {
    expect(parse(39, { caches: [shop], memorySeconds: 30 })).toThrow(/must be at least 40:/);
    expect(parse(40, { caches: [shop], memorySeconds: 30 })).not.toThrow();
    expect(parse(29, { memorySeconds: 30 })).toThrow(/must be at least 30:/);
    expect(parse(30, { memorySeconds: 30 })).not.toThrow();
  });
});
