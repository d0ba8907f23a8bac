import { type Subject, subjectSchema } from '../domain/subject.ts';

/** Those of a directory's texts that are addresses, as subjects: user names and emails are either. */
export const addressesIn = (texts: readonly (string | null | undefined)[]): Subject[] =>
  texts.flatMap((email) => subjectSchema.safeParse({ format: 'email', email }).data ?? []);
