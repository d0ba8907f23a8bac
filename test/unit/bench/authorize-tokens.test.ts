import { importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../functions/authorize/decision.ts';
import { expectedOf, namedBy, sampleOf, signTokens } from '../../bench/authorize-tokens.ts';
import { kinds, type Row, rowOf, rowsOf, stateOf } from '../../bench/denylist-rows.ts';

const at = 1_800_000_000;
const written = { issuer: 'https://issuer.example', at };
const count = 500;
const samples = Array.from({ length: count }, (_, number) => sampleOf(number, written.issuer));
const signed = (number: number) => ({ token: '', ...(samples[number] ?? sampleOf(number, written.issuer)) });

const denialOf = (row: Row) => ({
  blocked: row.blocked.BOOL,
  ...(row.notBefore && { notBefore: Number(row.notBefore.N) }),
  expiresAt: Number(row.expiresAt.N),
});

const decisionOn = (keys: readonly string[], rows: ReadonlyMap<string, Row>) => {
  const denials = keys.flatMap((key) => rows.get(key) ?? []).map(denialOf);
  return decide({ token: { issuedAt: at - 60, denials } }, { nowSeconds: at + 5, skewSeconds: 5 });
};

describe('what is expected of the authorizer', () => {
  // Row 81 is one that some token has.
  test.each([0, 1, 81, 82, 10_000])('agrees with the rules of the decision with %i rows', (size) => {
    const rows = rowsOf(size, written);
    expect(rows.size).toBe(size);
    for (const [number, { keys }] of samples.entries()) {
      const { effect, rows: found } = expectedOf(signed(number), size);
      expect(keys.filter((key) => rows.has(key))).toHaveLength(found);
      expect(decisionOn(keys, rows) === 'allowed' ? 'Allow' : 'Deny').toBe(effect);
    }
  });

  test('is a refusal for one token in ten, and an answer against a row that does not count for as many', () => {
    const expected = samples.map((_, number) => expectedOf(signed(number), 10_000));
    expect(expected.filter(({ effect }) => effect === 'Deny')).toHaveLength(count / 10);
    expect(expected.filter(({ rows, effect }) => rows === 1 && effect === 'Allow')).toHaveLength(count / 10);
  });

  test('is no refusal where there are no rows', () => {
    const effects = samples.map((_, number) => expectedOf(signed(number), 0).effect);
    expect(new Set(effects)).toEqual(new Set(['Allow']));
  });
});

test('every kind of name revokes some token, and every state of a row is met under each', () => {
  const numbers = samples.map((_, number) => number).filter((number) => namedBy(number));
  const met = new Set(numbers.map((number) => `${namedBy(number)} ${stateOf(number)}`));
  expect(met).toEqual(
    new Set(kinds.flatMap((kind) => ['in-force', 'outlived', 'expired'].map((state) => `${kind} ${state}`))),
  );
});

test('a row is the same whatever the size of the denylist', () => {
  const [small, large] = [rowsOf(100, written), rowsOf(1000, written)];
  for (const [key, row] of small) expect(large.get(key)).toEqual(row);
  expect(large.get(rowOf(999, written).key.S)).toEqual(rowOf(999, written));
});

test('tokens are different, and carry the names that their keys are made of', async () => {
  const now = Math.floor(Date.now() / 1000);
  const { samples: tokens, jwks } = await signTokens(40, { ...written, at: now });
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(40);
  const key = await importJWK(jwks.keys[0] as JWK, 'ES256');
  for (const { token, keys } of tokens) {
    const { payload } = await jwtVerify(token, key, { issuer: written.issuer, audience: 'orders-api' });
    const names = { subject: payload.sub, jti: payload.jti, sid: payload.sid, client: payload.client_id };
    expect(keys).toEqual(kinds.map((kind) => `${kind}#${written.issuer}#${names[kind]}`));
    expect(payload.iat).toBe(now - 60);
  }
});
