import type { SourceSettings } from '../domain/settings.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { EventSource, NameChange } from '../sources/event-source.ts';
import type { Linking, Links } from '../stores/links.ts';

export interface NameChangeDeps {
  readonly links: Links;
  readonly record: Recorder;
  readonly sources: Readonly<Record<string, SourceSettings>>;
}

interface About {
  readonly source: EventSource;
  readonly eventId: string;
}

/**
 * The old name stays linked, since tags say it; `recycled` cuts it. A new one that somebody has already is theirs, also
 * where nobody has the old one.
 */
const rename = async (from: Subject, to: Subject, links: Links): Promise<Linking> => {
  const [before, taken] = [await links.personOf(from), await links.personOf(to)];
  return taken !== undefined && taken !== before ? 'taken' : links.link([from, to]);
};

const apply = (change: NameChange, links: Links): Promise<Linking | 'cut'> =>
  change.type === 'renamed'
    ? rename(change.from, change.to, links)
    : links.cut(change.subject).then(() => 'cut' as const);

const namesIn = (change: NameChange): Subject[] =>
  change.type === 'renamed' ? [change.from, change.to] : [change.subject];

/**
 * Moves links by the word of a trusted source, and revokes nothing. A new name that is somebody else's already is not
 * taken from them: it is held, since one of the two is wrong.
 */
export const applyNameChange = async (
  change: NameChange,
  { source, eventId }: About,
  { links, record, sources }: NameChangeDeps,
): Promise<void> => {
  const enforced = sources[source.name]?.mode === 'enforce';
  const outcome = enforced ? await apply(change, links) : 'observed';
  await record({
    type: outcome === 'taken' ? 'held' : 'skipped',
    revocationId: `${source.name}:${eventId}`,
    once: `names:${change.type}`,
    data: { names: change.type, outcome, subjects: namesIn(change).map(subjectKey), source: source.name },
  });
};
