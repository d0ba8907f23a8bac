import { z } from 'zod';
import { asSpelled, emailPattern, longestEmail, normaliseEmail } from './email.ts';

const identifier = z.string().trim().min(1).max(512);

/** RFC 9493 subject identifiers, section 3.2: the formats that Cutoff can resolve. */
export const subjectSchema = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('email'),
    email: z
      .string()
      .max(longestEmail, `is longer than ${longestEmail} characters`)
      .regex(emailPattern, 'is not an email address')
      // The spelling is kept, for where it must be the same; `subjectKey` folds it.
      .transform(asSpelled),
  }),
  z.strictObject({ format: z.literal('iss_sub'), iss: identifier, sub: identifier }),
  z.strictObject({ format: z.literal('account'), uri: identifier }),
  z.strictObject({ format: z.literal('opaque'), id: identifier }),
  /** For what has an ARN: an IAM user, a role session. */
  z.strictObject({ format: z.literal('uri'), uri: identifier }),
]);

export type Subject = z.output<typeof subjectSchema>;

/** One string per subject, stable across spellings: what tables are keyed by and owners are compared by. */
export const subjectKey = (subject: Subject): string => {
  switch (subject.format) {
    case 'email':
      return `email:${normaliseEmail(subject.email)}`;
    case 'iss_sub':
      return `iss_sub:${subject.iss}#${subject.sub}`;
    case 'account':
      return `account:${subject.uri}`;
    case 'opaque':
      return `opaque:${subject.id}`;
    case 'uri':
      return `uri:${subject.uri}`;
  }
};

/** Each subject once. */
export const distinctSubjects = (subjects: readonly Subject[]): Subject[] => [
  ...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values(),
];

/** An owner as people write it into a tag: an address is an `email`, anything else an `opaque` id. */
export const subjectFromText = (text: string): Subject | undefined => {
  const value = text.trim();
  const candidate = value.includes('@') ? { format: 'email', email: value } : { format: 'opaque', id: value };
  return subjectSchema.safeParse(candidate).data;
};
