import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/authorize/decision.ts';
import { type Denial, mergeDenials } from '../../../functions/domain/denial.ts';

const clock = { nowSeconds: 1_000_000, skewSeconds: 0 };
const soon = clock.nowSeconds + 60;

const row = (parts: Partial<Denial>): Denial => ({ blocked: false, expiresAt: soon, ...parts });
const token = (issuedAt: number, ...denials: Denial[]) => decide({ token: { issuedAt, denials } }, clock);

describe('decide', () => {
  it('allows a token and a key without rows', () => {
    const presented = { token: { issuedAt: 1, denials: [] }, apiKey: { denials: [] } };
    expect(decide(presented, clock)).toBe('allowed');
  });

  it('refuses where nothing was presented', () => {
    expect(decide({}, clock)).toBe('no-credential');
  });

  it('refuses every token of a blocked subject, also one issued later', () => {
    expect(token(clock.nowSeconds, row({ blocked: true, notBefore: 5 }))).toBe('subject-blocked');
  });

  it('refuses a token issued at notBefore and allows one a second younger', () => {
    expect(token(500, row({ notBefore: 500 }))).toBe('token-revoked');
    expect(token(501, row({ notBefore: 500 }))).toBe('allowed');
  });

  it('widens notBefore by the clock skew', () => {
    const decideAt = (issuedAt: number) =>
      decide({ token: { issuedAt, denials: [row({ notBefore: 500 })] } }, { ...clock, skewSeconds: 5 });
    expect(decideAt(505)).toBe('token-revoked');
    expect(decideAt(506)).toBe('allowed');
  });

  it('ignores a row from the second it expires', () => {
    expect(token(1, row({ blocked: true, expiresAt: clock.nowSeconds }))).toBe('allowed');
    expect(token(1, row({ blocked: true, expiresAt: clock.nowSeconds + 1 }))).toBe('subject-blocked');
  });

  it('combines rows by the newest notBefore', () => {
    expect(token(600, row({ notBefore: 700 }), row({ notBefore: 500 }))).toBe('token-revoked');
  });

  it('refuses a blocked key beside a good token, and a blocked subject beside a good key', () => {
    const blocked = [row({ blocked: true })];
    const good = { token: { issuedAt: 9, denials: [] }, apiKey: { denials: [] } };
    expect(decide({ ...good, apiKey: { denials: blocked } }, clock)).toBe('api-key-blocked');
    expect(decide({ ...good, token: { issuedAt: 9, denials: blocked } }, clock)).toBe('subject-blocked');
  });

  it('does not hold a notBefore against a key, which has no date of issue', () => {
    expect(decide({ apiKey: { denials: [row({ notBefore: soon })] } }, clock)).toBe('allowed');
  });
});

const instants = fc.integer({ min: clock.nowSeconds - 50, max: clock.nowSeconds + 50 });
const denialArbitrary: fc.Arbitrary<Denial> = fc
  .record({ blocked: fc.boolean(), notBefore: fc.option(instants, { nil: undefined }), expiresAt: instants })
  .map(({ notBefore, ...rest }) => ({ ...rest, ...(notBefore !== undefined && { notBefore }) }));
const denialsArbitrary = fc.array(denialArbitrary, { maxLength: 5 });

describe('decide, for any rows', () => {
  it('allows exactly when no live row objects', () => {
    fc.assert(
      fc.property(instants, denialsArbitrary, denialsArbitrary, (issuedAt, denials, keyDenials) => {
        const live = (rows: readonly Denial[]) => rows.filter((each) => each.expiresAt > clock.nowSeconds);
        const objection =
          live(keyDenials).some((each) => each.blocked) ||
          live(denials).some((each) => each.blocked || (each.notBefore ?? -1) >= issuedAt);
        const decision = decide({ token: { issuedAt, denials }, apiKey: { denials: keyDenials } }, clock);
        expect(decision === 'allowed').toBe(!objection);
      }),
    );
  });

  it('never allows more because of one more row', () => {
    fc.assert(
      fc.property(instants, denialsArbitrary, denialArbitrary, (issuedAt, denials, more) => {
        const before = token(issuedAt, ...denials);
        const after = token(issuedAt, ...denials, more);
        expect(before !== 'allowed' && after === 'allowed').toBe(false);
      }),
    );
  });

  it('refuses with a merged row whatever either row refused', () => {
    fc.assert(
      fc.property(instants, denialArbitrary, denialArbitrary, (issuedAt, one, other) => {
        const apart = token(issuedAt, one, other);
        expect(apart !== 'allowed' && token(issuedAt, mergeDenials(one, other)) === 'allowed').toBe(false);
      }),
    );
  });
});
