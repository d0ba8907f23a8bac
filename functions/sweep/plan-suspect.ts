import { type Credential, credentialKey } from '../domain/credential.ts';
import { caseOf } from '../domain/sweep-case.ts';
import type { SweepFacts } from '../domain/sweep-facts.ts';
import { itemFor, type SweepItem } from '../domain/sweep-plan.ts';
import { type Finding, findingsOf } from '../domain/sweep-policy.ts';
import type { PlanDeps } from './deps.ts';
import { exemptionsFor } from './exemptions.ts';
import { heldItem } from './held.ts';
import { known } from './known.ts';

const foundIn = ({ policy, facts: { credential, owners }, fact }: Finding) => ({
  ...{ policy: policy.name, credential, owners, fact },
});

/**
 * What was cut for a reason of its own, its expiry or a leak, is deleted by policy as well, once its revocation has been held for
 * long enough. Never one that holds anything else: what a leaver had is not all that this policy is about.
 */
const adopted = async (finding: Finding, deps: PlanDeps): Promise<SweepItem | undefined> => {
  const { policy, facts, spare } = finding;
  if (spare !== 'already-inactive' || policy.steps.delete === undefined) return undefined;
  const [revocationId] = await deps.standing.holders(facts.credential);
  const revocation = revocationId === undefined ? undefined : await deps.revocations.get(revocationId);
  const named = revocation?.change.credential;
  if (!revocationId || !named || credentialKey(named) !== credentialKey(facts.credential)) return undefined;
  const held = { ...caseOf(foundIn(finding), undefined, deps.now()), revocationId };
  return heldItem(held, policy, deps);
};

/** Somebody turned on what an earlier run had disabled, and it is proven dead no more. */
const activeAgain = async (
  finding: Finding,
  revocationId: string,
  { revocations }: PlanDeps,
): Promise<SweepItem | undefined> => {
  if (!finding.facts.isActive || (await revocations.get(revocationId))?.status !== 'verified')
    return undefined;
  return { ...foundIn(finding), step: 'disable', reason: 'active-again', revocationId };
};

const itemOf = async (finding: Finding, deps: PlanDeps): Promise<SweepItem | undefined> => {
  const earlier = await deps.cases.of(finding.policy.name, finding.facts.credential);
  if (earlier?.revocationId && !earlier.isOver) return activeAgain(finding, earlier.revocationId, deps);
  return (await adopted(finding, deps)) ?? itemFor(finding, earlier, deps.now());
};

const itemsFor = async (facts: SweepFacts, deps: PlanDeps): Promise<SweepItem[]> => {
  const exemptions = await exemptionsFor(facts.credential, deps);
  const findings = findingsOf(facts, { ...deps.settings, exemptions }, deps.now());
  const items = await Promise.all(findings.map((finding) => itemOf(finding, deps)));
  return items.filter((item): item is SweepItem => item !== undefined);
};

/** One principal with what hangs off it, read live, and what the policies want of each. */
export const planSuspect = async (principal: Credential, deps: PlanDeps): Promise<SweepItem[]> => {
  const sources = deps.sources.filter(({ kinds }) => kinds.some((kind) => kind === principal.kind));
  const live = (await Promise.all(sources.map((source) => source.read(principal)))).flat();
  const items = live.map(async (one) => itemsFor(await known(one, deps), deps));
  return (await Promise.all(items)).flat();
};
