import type { ByHand, Change } from '../domain/change.ts';
import type { Inquiry } from '../domain/inquiry.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Lead } from '../sources/event-source.ts';

/** What a look-up makes of a lead: changes, or a reason why there are none. */
export interface Answer {
  readonly changes: readonly Change[];
  readonly reason?: string;
  /** Once the changes are let in: what must not be forgotten before, or a redelivered event would find nothing. */
  readonly settle?: () => Promise<void>;
}

/** Answers one kind of inquiry. What cannot be asked now is an error, and the event is tried again. */
export type LookUp<Ask extends Inquiry['ask']> = (
  change: Change,
  inquiry: Extract<Inquiry, { ask: Ask }>,
) => Promise<Answer>;

/** Exactly one per inquiry; one without an answer does not compile. */
export type LookUps = { readonly [Ask in Inquiry['ask']]: LookUp<Ask> };

export const nothing = (reason: string): Answer => ({ changes: [], reason });

/** Nobody is cut and nothing is dropped: a human looks at it. */
export const held = (change: Change, byHand: ByHand): Answer => ({ changes: [{ ...change, byHand }] });

/** Whether it is in the account and region that this deployment serves. */
export const isAtHome = ({ account, region }: Place, home: Place): boolean =>
  account === home.account && ['global', home.region].includes(region);

/** A credential from elsewhere cannot be reached from here: said at once, instead of after twelve tries. */
const atHome = (change: Change, home: Place): Change => {
  const { credential } = change;
  return !credential || isAtHome(credential, home) ? change : { ...change, byHand: 'foreign-account' };
};

/** A lead as a change: looked up where it has to be. */
export const lookUp = async (
  { ask, ...change }: Lead,
  { lookUps, home }: { readonly lookUps: LookUps; readonly home: Place },
): Promise<Answer> => {
  if (!ask) return { changes: [atHome(change, home)] };
  // TypeScript cannot follow that `lookUps[ask.ask]` takes `ask` (a correlated union).
  const answerer = lookUps[ask.ask] as (change: Change, inquiry: Inquiry) => Promise<Answer>;
  const { changes, ...rest } = await answerer(change, ask);
  return { ...rest, changes: changes.map((one) => atHome(one, home)) };
};
