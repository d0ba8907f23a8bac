import { Construct } from 'constructs';
import { envSchema as authorizeEnv } from '../../functions/authorize/env.ts';
import { envSchema as expireEnv } from '../../functions/expire/env.ts';
import { envSchema as ingestEnv } from '../../functions/ingest/env.ts';
import { envSchema as issueEnv } from '../../functions/issue/env.ts';
import { envSchema as operatorEnv } from '../../functions/operator/env.ts';
import { envSchema as receiveSignalEnv } from '../../functions/receive-signal/env.ts';
import { envSchema as revokeEnv } from '../../functions/revoke/env.ts';
import { envSchema as sweepEnv } from '../../functions/sweep/env.ts';
import { envSchema as tokenEnv } from '../../functions/token/env.ts';
import { envSchema as upkeepEnv } from '../../functions/upkeep/env.ts';
import { envSchema as verifyEnv } from '../../functions/verify/env.ts';
import type { Environment } from '../environment.ts';
import { timeouts } from '../timeouts.ts';
import { ServiceFunction } from './service-function.ts';

/** What each does, as the Lambda console shows it. */
export class Functions extends Construct {
  readonly ingest: ServiceFunction;
  readonly revoke: ServiceFunction;
  readonly verify: ServiceFunction;
  readonly operator: ServiceFunction;
  readonly authorize: ServiceFunction;
  readonly upkeep: ServiceFunction;
  readonly sweep: ServiceFunction;
  readonly expire: ServiceFunction;
  readonly auditWatch: ServiceFunction;
  readonly receiveSignal: ServiceFunction | undefined;
  readonly issue: ServiceFunction | undefined;
  readonly token: ServiceFunction | undefined;

  constructor(scope: Construct, id: string, { environment }: { environment: Environment }) {
    super(scope, id);
    this.ingest = new ServiceFunction(this, 'Ingest', {
      name: 'ingest',
      description: 'Takes identity events, denies at once, queues the rest',
      timeout: timeouts.ingest,
      env: { schema: ingestEnv, from: environment },
    });
    this.revoke = new ServiceFunction(this, 'Revoke', {
      name: 'revoke',
      description: 'Cuts or restores one principal with all of its credentials, step by step',
      timeout: timeouts.revoke,
      env: { schema: revokeEnv, from: environment },
    });
    this.verify = new ServiceFunction(this, 'Verify', {
      name: 'verify',
      description: 'Looks again until a credential is proven dead',
      timeout: timeouts.verify,
      env: { schema: verifyEnv, from: environment },
    });
    this.operator = new ServiceFunction(this, 'Operator', {
      name: 'operator',
      description: 'Revokes, restores, approves or rejects by hand; try it with dryRun first',
      timeout: timeouts.operator,
      env: { schema: operatorEnv, from: environment },
    });
    this.authorize = new ServiceFunction(this, 'Authorize', {
      name: 'authorize',
      description: 'API Gateway authorizer that refuses what stands on the denylist',
      timeout: timeouts.authorize,
      env: { schema: authorizeEnv, from: environment },
    });
    this.upkeep = new ServiceFunction(this, 'Upkeep', {
      name: 'upkeep',
      description: 'Keeps the inventory and renews denylist rows',
      timeout: timeouts.upkeep,
      env: { schema: upkeepEnv, from: environment },
    });
    this.sweep = new ServiceFunction(this, 'Sweep', {
      name: 'sweep',
      description:
        'Finds stale credentials by policy, tells their owners, has them disabled; try it with dryRun first',
      timeout: timeouts.sweep,
      env: { schema: sweepEnv, from: environment },
    });
    this.expire = new ServiceFunction(this, 'Expire', {
      name: 'expire',
      description: 'Ends what expires within the next minute, at its time',
      timeout: timeouts.expire,
      env: { schema: expireEnv, from: environment },
    });
    this.auditWatch = new ServiceFunction(this, 'AuditWatch', {
      name: 'audit-watch',
      description: 'Counts changes to records that must never change',
      timeout: timeouts.auditWatch,
    });
    this.receiveSignal = environment.SIGNALS === undefined ? undefined : this.#receiveSignal(environment);
    this.issue = environment.ISSUE === undefined ? undefined : this.#issue(environment);
    this.token = environment.TOKEN_KEY === undefined ? undefined : this.#token(environment);
    this.#knowOwnRoles();
  }

  /** Those that write to IAM and API keys. */
  get writers(): readonly ServiceFunction[] {
    return [this.ingest, this.operator, this.revoke, this.upkeep];
  }

  /** What these do comes back to ingest as events. */
  #knowOwnRoles(): void {
    const own = [...this.writers, ...(this.issue ? [this.issue] : [])];
    const roles = own.map(({ roleArn }) => roleArn);
    this.ingest.lambda.addEnvironment('OWN_ROLES', JSON.stringify(roles));
  }

  #issue(environment: Environment): ServiceFunction {
    return new ServiceFunction(this, 'Issue', {
      name: 'issue',
      description: 'Issues and rotates credentials that are revocable and expire',
      timeout: timeouts.issue,
      env: { schema: issueEnv, from: environment },
    });
  }

  #token(environment: Environment): ServiceFunction {
    return new ServiceFunction(this, 'Token', {
      name: 'token',
      description: 'Exchanges API keys and IAM identities for short-lived access tokens',
      timeout: timeouts.token,
      env: { schema: tokenEnv, from: environment },
    });
  }

  #receiveSignal(environment: Environment): ServiceFunction {
    return new ServiceFunction(this, 'ReceiveSignal', {
      name: 'receive-signal',
      description: 'Takes what providers push over HTTPS, checks it, puts it on the identity bus',
      timeout: timeouts.receiveSignal,
      env: { schema: receiveSignalEnv, from: environment },
    });
  }
}
