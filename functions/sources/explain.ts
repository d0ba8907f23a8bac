import type { Change } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Inquiry } from '../domain/inquiry.ts';
import { type Cause, type StepTemplate, treatmentOf } from '../domain/treatment.ts';
import type { EventEnvelope, Lead, Made, NameChange, Understood } from './event-source.ts';
import { sources } from './index.ts';
import { ruleNameOf } from './rule-name.ts';
import { sourceOf } from './source-of.ts';

/** What an event would do, without looking anything up: `steps` are templates per credential kind. */
export interface Explanation {
  readonly source: string | null;
  /** Name of the EventBridge rule that lets the event in. */
  readonly rule: string | null;
  readonly changes: readonly Change[];
  readonly steps: readonly StepTemplate[];
  /** What is asked before anything happens; the answer may change the changes, or leave none. */
  readonly lookUps?: readonly Inquiry[];
  /** Links that would move. */
  readonly names?: readonly NameChange[];
  /** What the registry would read again. */
  readonly seen?: readonly Credential[];
  /** What is treated as drift where `issue` did not make it. */
  readonly made?: readonly Made[];
  /** Why there are no changes, or no steps. */
  readonly reason?: string;
}

const nothing = (reason: string) => ({ changes: [], steps: [], reason });

/** Each condition under which changes without steps are no mistake, most particular first. */
const withoutSteps = (changes: readonly Change[]): string => {
  const [first] = changes;
  if (first?.byHand) return `held for a human: ${first.byHand}`;
  if (first?.entitlement)
    return 'ends what the setting `entitlements` says of this id; nothing where it is silent';
  if (first?.change === 'credential-reactivated')
    return 'looked at again, and cut again where it lives, by every revocation that holds it down';
  if (first?.change === 'entitlement-removed')
    return 'whose it was, and of which group, is known after the look-up';
  if (first?.change === 'credential-compromised') return 'which credential it is, is known after the look-up';
  return 'recorded only: nothing is restored without an operator';
};

const someKey = { kind: 'iam-access-key', account: '', region: 'global', id: '', user: '' } as const;

/** As the look-up will have it, where that is sure already. */
const causeOf = (lead: Lead): Cause | undefined => {
  if (lead.byHand || lead.ask?.ask === 'secret') return undefined;
  const { ask } = lead.ask ?? {};
  return ask === 'access-key' || ask === 'unused-access-keys' ? { ...lead, credential: someKey } : lead;
};

const stepsOf = (leads: readonly Lead[]): StepTemplate[] => [
  ...new Set(leads.flatMap((lead) => causeOf(lead) ?? []).flatMap((cause) => treatmentOf(cause))),
];

const described = ({ changes: leads, reason, names = [], seen = [], made = [] }: Understood) => {
  const lookUps = leads.flatMap(({ ask }) => ask ?? []);
  const changes = leads.map(({ ask: _, ...change }) => change);
  const steps = stepsOf(leads);
  const silent = changes.length > 0 && steps.length === 0;
  const why = silent
    ? withoutSteps(changes)
    : changes.length === 0
      ? (reason ?? 'it changes nothing')
      : undefined;
  return {
    changes,
    steps,
    ...(lookUps.length > 0 && { lookUps }),
    ...(names.length > 0 && { names }),
    ...(seen.length > 0 && { seen }),
    ...(made.length > 0 && { made }),
    ...(why && { reason: names.length > 0 ? 'moves links between names, and revokes nothing' : why }),
  };
};

/** Pure. An event that a source cannot read is explained by the field that is wrong. */
export const explain = (envelope: EventEnvelope): Explanation => {
  const source = sourceOf(envelope, sources);
  if (!source) return { source: null, rule: null, ...nothing('no source of Cutoff listens to this event') };
  const found = { source: source.name, rule: ruleNameOf(source) };
  try {
    return { ...found, ...described(source.normalise(envelope)) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { ...found, ...nothing(`refused, and kept in the dead-letter queue: ${error.message}`) };
  }
};
