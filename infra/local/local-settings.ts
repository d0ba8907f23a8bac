import { sources } from '../../functions/sources/index.ts';
import { type TokenIssuer, tokenIssuerSettings } from './token-issuer.ts';

const atOnce = { mode: 'enforce', capPerHour: 1000 } as const;

/**
 * Settings of a local stack: it acts at once, since nothing real is at stake, and proves sooner than on AWS, since
 * the local IAM is consistent. The cap is the highest there is, so that trying things out is not held back.
 */
export const localSettings = (issuer: TokenIssuer) => ({
  sources: Object.fromEntries([...sources.map(({ name }) => name), 'operator'].map((name) => [name, atOnce])),
  issuers: [tokenIssuerSettings(issuer)],
  clockSkewSeconds: 0, // one machine, one clock
  verification: { consistencyWindowSeconds: 2, firstDelaySeconds: 1 },
});
