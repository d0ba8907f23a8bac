import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joseSignature } from '../../../functions/token/ecdsa-signature.ts';

/** A positive number as DER writes it: no leading zeros, but one before a first bit that is set. */
const integer = (digits: Buffer): Buffer => {
  const first = digits.findIndex((byte) => byte !== 0);
  const bare = first < 0 ? Buffer.of(0) : digits.subarray(first);
  const content = (bare[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bare]) : bare;
  return Buffer.concat([Buffer.of(0x02, content.length), content]);
};
const sequence = (...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
};

const digits = (value: string) => Buffer.from(value.padStart(64, '0'), 'hex');
const number = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  // Those that begin with zeros are one in 256 by chance.
  fc
    .tuple(fc.nat(31), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([zeros, bytes]) => bytes.fill(0, 0, zeros)),
);

describe('a signature in the form of JOSE', () => {
  it('is what node:crypto makes and verifies as r and s', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    // Enough for both numbers to begin with a set bit, and with a zero byte now and then.
    for (let round = 0; round < 600; round += 1) {
      const message = Buffer.from(`message ${round}`);
      const jose = joseSignature(sign('sha256', message, privateKey));
      expect(jose).toHaveLength(64);
      expect(verify('sha256', message, key, jose)).toBe(true);
    }
  });

  it('has 32 bytes for each number, whatever it begins with', () => {
    fc.assert(
      fc.property(number, number, (r, s) => {
        const der = sequence(integer(Buffer.from(r)), integer(Buffer.from(s)));
        expect(joseSignature(der)).toEqual(Buffer.concat([r, s]));
      }),
    );
  });

  it.each([
    ['1', '1'],
    ['80', '7f'],
    ['0', 'ff'.repeat(32)],
    [`80${'00'.repeat(31)}`, `7f${'ff'.repeat(31)}`],
    [`00${'ff'.repeat(31)}`, `0000${'80'.repeat(30)}`],
  ])('is right at the edges: %s and %s', (r, s) => {
    const der = sequence(integer(digits(r)), integer(digits(s)));
    expect(joseSignature(der).toString('hex')).toBe(r.padStart(64, '0') + s.padStart(64, '0'));
  });

  const one = integer(digits('1'));
  const long = Buffer.alloc(33, 1);
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another type', Buffer.concat([Buffer.of(0x31), sequence(one, one).subarray(1)])],
    ['a number of another type', sequence(Buffer.of(0x03, 1, 1), one)],
    ['one number', sequence(one)],
    ['three numbers', sequence(one, one, one)],
    ['something behind it', Buffer.concat([sequence(one, one), Buffer.of(0)])],
    ['less than it says', sequence(one, integer(digits('101'))).subarray(0, -1)],
    ['a number of no bytes', sequence(Buffer.of(0x02, 0), one)],
    ['a negative number', sequence(Buffer.of(0x02, 1, 0x80), one)],
    ['a number of another curve', sequence(Buffer.concat([Buffer.of(0x02, 33), long]), one)],
    ['a long length', Buffer.of(0x30, 0x81, 6, ...one, ...one)],
  ])('is refused for %s', (_, der) => {
    expect(() => joseSignature(der)).toThrow('no ECDSA-Sig-Value');
  });
});
