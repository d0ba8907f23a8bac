import { sources } from '../../functions/sources/index.ts';
import type { LeakReporter } from './leak-reporter.ts';
import { type TokenIssuer, tokenIssuerSettings } from './token-issuer.ts';
import type { UsagePlans } from './usage-plans.ts';

const atOnce = { mode: 'enforce', capPerHour: 1000 } as const;

type Issuer = Pick<TokenIssuer, 'issuer' | 'jwksUri' | 'audience'>;

/** Every channel; what providers would sign, the local issuer and the local leak reporter do. */
const signalSettings = (
  { issuer, jwksUri, audience }: Issuer,
  leaks: Pick<LeakReporter, 'publicKeysUrl'>,
) => {
  const signer = { issuer, jwksUri, audience };
  return {
    ssf: [{ ...signer, verificationState: 'local' }],
    globalTokenRevocation: [signer],
    github: { publicKeysUrl: leaks.publicKeysUrl, tokenTypes: ['acme_token'] },
    oktaHook: true,
    scim: true,
    entra: true,
  };
};

/** What `issue` needs to know of a local stack before there is one. */
export interface LocalIssuing {
  readonly plans: UsagePlans;
  /** Where the token API will be: tokens name it, and their keys are there. */
  readonly tokenIssuer: string;
}

/** All that needs no other resource of its own. */
const issueSettings = ({ plans, tokenIssuer }: LocalIssuing, audience: string) => ({
  apiKeys: { usagePlans: [plans.partners, plans.tokens], entitlements: ['orders'] },
  accessKeys: { paths: ['/'] },
  tokens: { issuer: tokenIssuer, audience },
});

/**
 * Settings of a local stack: it acts at once, since nothing real is at stake, and proves sooner than on AWS, since
 * the local IAM is consistent. The cap is the highest there is, so that trying things out is not held back. There is
 * no trail either: events are made by hand.
 */
export const localSettings = (
  issuer: Issuer,
  leaks?: Pick<LeakReporter, 'publicKeysUrl'>,
  issuing?: LocalIssuing,
) => ({
  trailExists: true,
  sources: Object.fromEntries([...sources.map(({ name }) => name), 'operator'].map((name) => [name, atOnce])),
  issuers: [tokenIssuerSettings(issuer)],
  ...(leaks && { signals: signalSettings(issuer, leaks) }),
  ...(issuing && { issue: issueSettings(issuing, issuer.audience) }),
  // Nobody assumes a role here, and CloudTrail's delay would keep every revocation open for a quarter of an hour.
  credentials: { assumedRoles: false },
  clockSkewSeconds: 0, // one machine, one clock
  verification: { consistencyWindowSeconds: 2, firstDelaySeconds: 1 },
});
