import { type Credential, credentialKey } from '../domain/credential.ts';
import type { Notice } from './notice.ts';
import { type Way, waysToKeep } from './ways-to-keep.ts';

const nouns: Readonly<Partial<Record<Credential['kind'], string>>> = {
  'iam-access-key': 'access key',
  'iam-user': 'IAM user',
  'api-gateway-key': 'API key',
  'cognito-app-client': 'app client',
  'stored-secret': 'stored secret',
};

/** Tags are anybody's words: none of them begins a line of ours. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

const whatItIs = ({ credential }: Notice): string => {
  const noun = nouns[credential.kind] ?? credential.kind;
  const user = credential.kind === 'iam-access-key' ? ` of IAM user ${credential.user}` : '';
  return `${noun} ${credential.id}${user}`;
};

const doneBy = { disable: 'disabled', delete: 'deleted' } as const;

const whatHappens = ({ about, planned, revocationId }: Notice): string => {
  if (about === 'drift') return revocationId ? 'made outside issue, to be revoked' : 'made outside issue';
  return planned ? `to be ${doneBy[planned.step]} on ${planned.at.slice(0, 10)}` : 'needs a look';
};

const titleOf = (notice: Notice): string =>
  oneLine(`Cutoff: ${whatHappens(notice)}: ${whatItIs(notice)} in account ${notice.credential.account}`);

/**
 * "must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or control characters;
 * and must be less than 100 characters long" ("Publish", Amazon SNS API Reference).
 */
export const subjectOf = (notice: Notice): string =>
  titleOf(notice)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 99);

const ownersIn = ({ owners }: Notice): string => (owners.length > 0 ? owners.join(', ') : 'nobody');

const detailsOf = (notice: Notice): [name: string, value: string][] => {
  const { id, credential, fact, policy, planned, revocationId } = notice;
  return Object.entries({
    What: whatItIs(notice),
    ...(planned && { When: `${doneBy[planned.step]} from ${planned.at} on` }),
    Why: `${fact} (policy ${policy})`,
    Owner: ownersIn(notice),
    Credential: credentialKey(credential),
    ...(revocationId && { Revocation: revocationId }),
    Notice: id,
  });
};

const nothingToDo = 'If nobody needs it, nothing has to be done.';

const inText = ({ says, request }: Way): string =>
  request ? `- ${says}\n  ${JSON.stringify(request)}` : `- ${says}`;

/** Plain text, for people. Holds no secret: a credential is named by its id. */
export const textOf = (notice: Notice): string =>
  [
    titleOf(notice),
    '',
    ...detailsOf(notice).map(([name, value]) => oneLine(`${`${name}:`.padEnd(12)}${value}`)),
    '',
    'How to keep it:',
    ...waysToKeep(notice).map(inText),
    '',
    nothingToDo,
    '',
  ].join('\n');

/** "Escaping text" (Slack, "Formatting text for app surfaces"): no mention and no link comes out of a tag. */
const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const inChat = ({ says, request }: Way): string =>
  request ? `${says} \`${escaped(JSON.stringify(request))}\`` : says;

/**
 * What Amazon Q Developer in chat applications shows in Slack and Teams ("Custom notifications using Amazon Q Developer in chat
 * applications", schema version 1.0). What is told of one credential stays in one thread. Assumption: titles have room for 250
 * characters.
 */
export const chatOf = (notice: Notice) => {
  const title = escaped(titleOf(notice)).slice(0, 250);
  const { credential, policy, planned } = notice;
  return {
    version: '1.0',
    source: 'custom',
    id: notice.id,
    content: {
      textType: 'client-markdown',
      title,
      description: detailsOf(notice)
        .map(([name, value]) => `*${name}:* ${escaped(value)}`)
        .join('\n'),
      nextSteps: [...waysToKeep(notice).map(inChat), nothingToDo],
      keywords: [policy, credential.kind, ...(planned ? [planned.step] : [])],
    },
    metadata: {
      threadId: credentialKey(credential),
      summary: title,
      eventType: 'CredentialNotice',
      relatedResources: [credentialKey(credential)],
    },
  };
};
