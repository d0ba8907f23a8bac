import { CutoffError } from '../domain/errors.ts';

/** Bytes of each of the two numbers on P-256 (RFC 7518 section 3.4). */
const width = 32;

const malformed = () =>
  new CutoffError('the signature is no ECDSA-Sig-Value of P-256', { code: 'unavailable', retryable: true });

const tag = { integer: 0x02, sequence: 0x30 } as const;

/**
 * What stands between a tag with its length and whatever follows. Lengths have one byte, since all of a signature on
 * P-256 is shorter than 128 (X.690 section 8.1.3.4); the longer form reads as more than there is.
 */
const take = (der: Buffer, expected: number): [content: Buffer, rest: Buffer] => {
  const [found, length] = der;
  if (found !== expected || length === undefined || der.length < 2 + length) throw malformed();
  return [der.subarray(2, 2 + length), der.subarray(2 + length)];
};

/** DER drops leading zeros, but for one where the first bit would make the number negative (X.690 section 8.3). */
const fixedWidth = (integer: Buffer): Buffer => {
  const [first] = integer;
  if (first === undefined || first > 0x7f) throw malformed();
  const digits = first === 0 ? integer.subarray(1) : integer;
  if (digits.length > width) throw malformed();
  return Buffer.concat([Buffer.alloc(width - digits.length), digits]);
};

/**
 * A signature as KMS tells it (DER, "Sign", AWS KMS API Reference; RFC 3279 section 2.2.3) in the form of JOSE: r and s, 32
 * bytes each. No library here offers that; node:crypto does it only for what it signs itself.
 */
export const joseSignature = (der: Uint8Array): Buffer => {
  const [numbers, after] = take(Buffer.from(der), tag.sequence);
  const [r, others] = take(numbers, tag.integer);
  const [s, rest] = take(others, tag.integer);
  if (after.length + rest.length > 0) throw malformed();
  return Buffer.concat([fixedWidth(r), fixedWidth(s)]);
};
