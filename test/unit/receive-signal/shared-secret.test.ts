import { expect, it } from 'vitest';
import { isSharedSecret } from '../../../functions/receive-signal/shared-secret.ts';

it('holds for the same text only, whatever its length', () => {
  expect(isSharedSecret('s3cret-of-acme', 's3cret-of-acme')).toBe(true);
  for (const given of [
    's3cret-of-acm',
    's3cret-of-acme ',
    'S3cret-of-acme',
    '',
    undefined,
    'x'.repeat(100_000),
  ]) {
    expect(isSharedSecret(given, 's3cret-of-acme')).toBe(false);
  }
});

it('a secret that was left empty matches nothing', () => {
  expect(isSharedSecret('', '')).toBe(false);
  expect(isSharedSecret(undefined, '')).toBe(false);
});
