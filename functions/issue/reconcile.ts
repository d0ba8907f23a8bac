import { Conflict, CutoffError, codeOf } from '../domain/errors.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import { type Issuance, issuedKinds } from '../stores/issuances.ts';
import { endReplaced } from './end-replaced.ts';
import { isOver } from './give-up.ts';
import { issuerFor, type Marked } from './issuer.ts';
import { lookAfter, lookAtStray, type Outcome } from './look-after.ts';
import type { ProvisionDeps } from './provision.ts';

export interface ReconcileReport {
  /** Credentials that came of an issuance which broke down: expired at once, so that they are revoked and proven dead. */
  readonly abandoned: number;
  /** Issuances of which nothing came. */
  readonly closed: number;
  /** Given up after a day in which nobody could look. */
  readonly unseen: number;
  /** Looked for once, and to be looked for again. */
  readonly waiting: number;
  /** By issuance or kind, the code of what could not be looked at. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Registry rows read at the same time. */
const atOnce = 25;

type Attempt = (name: string, look: () => Promise<Outcome[]>) => Promise<Outcome[]>;

/** Trouble with one thing must not keep the others from being looked at. */
const attempting =
  (problems: Record<string, string>): Attempt =>
  async (name, look) => {
    try {
      return await look();
    } catch (error) {
      // Another pass, or the issuance itself, has seen to it; if not, the next pass does.
      if (!(error instanceof Conflict)) problems[name] = codeOf(error);
      return [];
    }
  };

const lookAtOne = async (issuance: Issuance, deps: ProvisionDeps): Promise<Outcome[]> => {
  if (issuance.status === 'intended') {
    return isOver(issuance, deps.now()) ? lookAfter(issuance, deps) : [];
  }
  await endReplaced(issuance, deps);
  return [];
};

const lookAtOpen = async (attempt: Attempt, deps: ProvisionDeps): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const issuance of await deps.issuances.open()) {
    outcomes.push(...(await attempt(issuance.id, () => lookAtOne(issuance, deps))));
  }
  return outcomes;
};

const lookAtMarked = async (attempt: Attempt, deps: ProvisionDeps): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const kind of issuedKinds) {
    const looks = await attempt(kind, async () => {
      const marked = await Array.fromAsync(issuerFor(deps.issuers, kind).marked());
      const look = (one: Marked) => attempt(one.issuance, () => lookAtStray(one, deps));
      return (await mapInChunks(marked, atOnce, look)).flat();
    });
    outcomes.push(...looks);
  }
  return outcomes;
};

/**
 * Every few minutes: no credential stays alive that nobody knows of, nor one that was replaced. Throws at the end where something
 * could not be done.
 */
export const reconcile = async (deps: ProvisionDeps): Promise<ReconcileReport> => {
  const problems: Record<string, string> = {};
  const attempt = attempting(problems);
  const outcomes = [...(await lookAtOpen(attempt, deps)), ...(await lookAtMarked(attempt, deps))];
  const number = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
  const report = {
    abandoned: number('abandoned'),
    closed: number('closed'),
    unseen: number('unseen'),
    waiting: number('waiting'),
    problems,
  };
  const failed = Object.entries(problems).map(([name, code]) => `${name} ${code}`);
  if (failed.length === 0) return report;
  // The schedule tries again. Errors of this function as such ring nothing: whoever misspells a request makes one.
  deps.count('ReconcileFailed');
  throw new CutoffError(`not reconciled: ${failed.join(', ')}`, { code: 'unavailable', retryable: true });
};
