import { accessAnalyzer } from './access-analyzer.ts';
import { auth0 } from './auth0.ts';
import { awsHealth } from './aws-health.ts';
import { cognito } from './cognito.ts';
import { drift } from './drift.ts';
import { entra } from './entra.ts';
import type { EventSource } from './event-source.ts';
import { expiry } from './expiry.ts';
import { github } from './github.ts';
import { globalTokenRevocation } from './global-token-revocation.ts';
import { guardduty } from './guardduty.ts';
import { iam } from './iam.ts';
import { identityCenter } from './identity-center.ts';
import { jumpcloud } from './jumpcloud.ts';
import { okta } from './okta.ts';
import { onelogin } from './onelogin.ts';
import { scim } from './scim.ts';
import { securityHub } from './security-hub.ts';
import { ssf } from './ssf.ts';
import { sweep } from './sweep.ts';

/** Every source Cutoff listens to. Adding one is a file, a line here and its settings. */
export const sources: readonly EventSource[] = [
  // Identity providers
  okta,
  auth0,
  onelogin,
  jumpcloud,
  entra,
  scim,
  ssf,
  globalTokenRevocation,
  // What happens in the account itself
  iam,
  identityCenter,
  cognito,
  // Findings and leak reports
  awsHealth,
  guardduty,
  accessAnalyzer,
  securityHub,
  github,
  // What Cutoff itself finds out
  expiry,
  sweep,
  drift,
];
