import type { Credential } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import type { SweepFacts } from '../domain/sweep-facts.ts';
import { heldItemFor, itemFor, type SweepItem } from '../domain/sweep-plan.ts';
import { type Finding, findingsOf } from '../domain/sweep-policy.ts';
import type { SweepSettings } from '../domain/sweep-settings.ts';
import type { PlanDeps } from './deps.ts';
import { known } from './known.ts';

/** With the operator's word for this one credential, for as long as the settings let it count. */
const withKeep = async (
  { credential }: SweepFacts,
  { settings, keeps }: PlanDeps,
): Promise<SweepSettings> => {
  const keep = await keeps.of(credential);
  if (!keep) return settings;
  const longest = daysAfter(keep.at, settings.longestKeepDays);
  const until = [keep.until, longest].toSorted()[0] ?? longest;
  const { kind, id } = credential;
  const exemption = { kind, id, reason: keep.reason, until: new Date(until).toISOString() };
  return { ...settings, exemptions: [...settings.exemptions, exemption] };
};

/**
 * What was cut for another reason, a leaver or its expiry, is deleted by policy as well, once its own revocation has been held
 * for long enough. Where several hold it down, none may delete it.
 */
const adopted = async (finding: Finding, { standing, revocations, now }: PlanDeps) => {
  const { policy, facts, fact, spare } = finding;
  if (spare !== 'already-inactive' || policy.steps.delete === undefined) return undefined;
  const [revocationId, ...others] = await standing.holders(facts.credential);
  if (revocationId === undefined || others.length > 0) return undefined;
  const { credential, owners } = facts;
  const held = { policy: policy.name, credential, owners, fact, revocationId, told: 0, version: 0 };
  const revocation = await revocations.get(revocationId);
  return heldItemFor({ ...held, foundAt: now().toISOString() }, policy, { revocation, now: now() });
};

const itemsFor = async (facts: SweepFacts, deps: PlanDeps): Promise<SweepItem[]> => {
  const now = deps.now();
  const findings = findingsOf(facts, await withKeep(facts, deps), now);
  const items = findings.map(async (finding) => {
    const earlier = await deps.cases.of(finding.policy.name, facts.credential);
    const isOurs = earlier?.revocationId !== undefined && !earlier.isOver;
    return (isOurs ? undefined : await adopted(finding, deps)) ?? itemFor(finding, earlier, now);
  });
  return (await Promise.all(items)).filter((item): item is SweepItem => item !== undefined);
};

/** One principal with what hangs off it, read live, and what the policies want of each. */
export const planSuspect = async (principal: Credential, deps: PlanDeps): Promise<SweepItem[]> => {
  const sources = deps.sources.filter(({ kinds }) => kinds.some((kind) => kind === principal.kind));
  const live = (await Promise.all(sources.map((source) => source.read(principal)))).flat();
  const items = live.map(async (one) => itemsFor(await known(one, deps), deps));
  return (await Promise.all(items)).flat();
};
