import { type Change, subjectsOf } from '../domain/change.ts';
import { distinctSubjects, type Subject } from '../domain/subject.ts';
import type { Links } from '../stores/links.ts';

/**
 * The change with every name of the person that it is about, by the link table alone: nothing is guessed. Names that
 * belong to several people are held. A named credential is about nobody's person.
 */
export const identify = async (change: Change, links: Links): Promise<Change> => {
  if (change.credential || change.byHand) return change;
  const given = subjectsOf(change);
  const [person, ...others] = new Set(
    (await Promise.all(given.map((name) => links.personOf(name)))).filter((one) => one !== undefined),
  );
  if (others.length > 0) return { ...change, byHand: 'identity-ambiguous' };
  if (person === undefined) return change;
  const [subject, ...aliases] = distinctSubjects([...given, ...(await links.namesOf(person))]);
  return subject ? { ...change, subject, aliases } : change;
};

/** The name and every other of the same person. */
export const allNamesOf = async (name: Subject, links: Links): Promise<Subject[]> => {
  const person = await links.personOf(name);
  return person === undefined ? [name] : distinctSubjects([name, ...(await links.namesOf(person))]);
};
