import { setTimeout as sleep } from 'node:timers/promises';
import { type Company, seedCompany } from '../../infra/local/company.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { type Cascade, cascadeOf } from './cascade.ts';
import { auditHolds, type Check, everybodyWorks, leaverIsOut, othersWork, trailOf } from './checks.ts';
import { deactivationOf, type OktaEvent, publish, revocationOf } from './okta-event.ts';
import { type Refusals, watchRefusals } from './refusals.ts';
import { broughtBack, snapshotOf } from './restoration.ts';
import type { View } from './view.ts';

export interface DemoResult {
  readonly company: Company;
  readonly revocationId: string;
  readonly cascade: Cascade;
  readonly refusals: Refusals;
  readonly checks: readonly Check[];
}

const patienceMs = 60_000;
const pollMs = 200;

type Stage = Readonly<{ cutoff: LocalCutoff; revocationId: string; startedAt: number; view: View }>;

/** Shows the audit trail grow until the revocation itself is recorded as verified. */
const watch = async ({ cutoff, revocationId, startedAt, view }: Stage): Promise<Cascade> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const trail = await trailOf(cutoff);
    const cascade = cascadeOf(trail, revocationId, startedAt);
    view.update(cascade);
    const ended = trail.get(`${revocationId}|-`)?.some((record) => record.type === 'verified');
    if (ended || settledButHeld(cascade) || Date.now() > deadline) return cascade;
    await sleep(pollMs);
  }
};

/** The seeded workload is held, so the whole stays open for an operator; everything else must be proven. */
const settledButHeld = ({ stories }: Cascade): boolean =>
  stories.some(({ outcome }) => outcome === 'held') &&
  stories.filter(({ outcome }) => outcome !== 'held').every(({ outcome }) => outcome === 'verified') &&
  stories.length >= expectedStories;

/** Token, user, two access keys, API key, and the workload that is held. */
const expectedStories = 6;

const everyCredentialVerified = ({ stories }: Cascade): Check => {
  const open = stories.filter(({ outcome }) => outcome !== 'verified' && outcome !== 'held');
  const verified = stories.filter(({ outcome }) => outcome === 'verified').length;
  const saw = `${verified} verified, ${open.map(({ kind, id }) => `${kind} ${id}`).join(', ') || 'none open'}`;
  return {
    name: 'every credential of the leaver is proven dead',
    ok: open.length === 0 && verified >= 5,
    saw,
  };
};

const workloadIsHeld = ({ stories }: Cascade): Check => {
  const held = stories
    .filter(({ outcome }) => outcome === 'held')
    .map(({ id, reason }) => `${id}: ${reason}`);
  return {
    name: 'the workload is held for a human',
    ok: held.length === 1,
    saw: held.join(', ') || 'nothing',
  };
};

/** The same event again, and then another of no meaning: once that one is recorded, the replay was read too. */
const replayChangesNothing = async (stage: Stage, event: OktaEvent): Promise<Check> => {
  const recordsOf = async () =>
    [...(await trailOf(stage.cutoff)).values()]
      .flat()
      .filter((one) => one.revocationId === stage.revocationId).length;
  const before = await recordsOf();
  await publish(event, stage.cutoff);
  const failed = { ...event, uuid: `${event.uuid}-failed`, outcome: { result: 'FAILURE' } };
  await publish(failed, stage.cutoff);
  const deadline = Date.now() + patienceMs;
  while (!(await trailOf(stage.cutoff)).has(`okta:${failed.uuid}|-`) && Date.now() < deadline)
    await sleep(pollMs);
  await sleep(1000); // whatever the replay might have queued
  const after = await recordsOf();
  return {
    name: 'a replay of the event changes nothing',
    ok: after === before,
    saw: `${after - before} new records`,
  };
};

/** One leaver, from the event to the proof, and everybody else's access before and after. */
export const runDemo = async (
  cutoff: LocalCutoff,
  view: View,
  say: (line: string) => void,
): Promise<DemoResult> => {
  const company = await seedCompany(cutoff.clients, cutoff.outputs);
  await cutoff.invoke(cutoff.outputs.UpkeepFunction, {});
  const { email } = company.leaver;
  const token = await cutoff.issuer.issue(email);
  const before = await everybodyWorks(cutoff, company, token);
  const snapshot = await snapshotOf(cutoff, company);
  say(`\nOkta deactivates ${email}\n`);
  const event = deactivationOf(email, new Date());
  const stage = { cutoff, revocationId: revocationOf(event), startedAt: Date.now(), view };
  const refused = watchRefusals(cutoff, { company, token }, stage.startedAt);
  await publish(event, cutoff);
  const [cascade, refusals] = await Promise.all([watch(stage), refused]);
  const checks = [
    ...before,
    ...refusals.checks,
    everyCredentialVerified(cascade),
    workloadIsHeld(cascade),
    ...(await leaverIsOut(cutoff, company, token)),
    ...(await othersWork(cutoff, company)),
    await replayChangesNothing(stage, event),
    ...(await broughtBack(cutoff, company, { revocationId: stage.revocationId, before: snapshot })),
    await auditHolds(cutoff),
  ];
  return { company, revocationId: stage.revocationId, cascade, refusals, checks };
};
