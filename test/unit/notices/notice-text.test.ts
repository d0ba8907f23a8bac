import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/notices/notice.ts';
import { chatOf, subjectOf, textOf } from '../../../functions/notices/notice-text.ts';
import { accessKey, account, noticeOf } from './notices.ts';

const apiKey = { kind: 'api-gateway-key', account, region: 'eu-west-1', id: 'k3yacme001' } as const;

describe('the subject line', () => {
  it('says what happens to what, and when', () => {
    expect(subjectOf(noticeOf())).toBe(
      'Cutoff: to be disabled on 2026-04-15: access key AKIAACMEQIUFAXR4G23G of IAM user dana in account 1',
    );
    const deleted = noticeOf({
      credential: apiKey,
      planned: { step: 'delete', at: '2026-05-15T09:00:00.000Z' },
    });
    expect(subjectOf(deleted)).toBe(
      'Cutoff: to be deleted on 2026-05-15: API key k3yacme001 in account 123456789012',
    );
  });

  it.each<[string, Partial<Notice>]>([
    ['a long id', { credential: { ...apiKey, kind: 'stored-secret', id: 'x'.repeat(400) } }],
    ['line breaks', { credential: { ...apiKey, id: 'a\r\nBcc: everybody@acme.example\u2028b' } }],
    ['letters that are not ASCII', { credential: { ...apiKey, id: 'schlüssel-鍵' } }],
  ])('is one that SNS takes, whatever is named: %s', (_, more) => {
    expect(subjectOf(noticeOf(more))).toMatch(/^[\x21-\x7e][\x20-\x7e]{1,98}$/);
  });
});

describe('the text', () => {
  it('tells a person what, when, why, whose, and where to look', () => {
    expect(textOf(noticeOf())).toBe(
      `${[
        'Cutoff: to be disabled on 2026-04-15: access key AKIAACMEQIUFAXR4G23G of IAM user dana in account 123456789012',
        '',
        'What:       access key AKIAACMEQIUFAXR4G23G of IAM user dana',
        'When:       disabled from 2026-04-15T09:00:00.000Z on',
        'Why:        unused since 2026-01-02T09:00:00.000Z (policy unused)',
        'Owner:      email:dana@acme.example',
        'Credential: iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G',
        'Notice:     unused-1',
        '',
        'How to keep it:',
        '- Use it: what is in use is left alone.',
        '- To keep it for longer as it is, ask an operator for',
        '  {"keep":{"kind":"iam-access-key","id":"AKIAACMEQIUFAXR4G23G"},"until":"YYYY-MM-DD","reason":"…"}',
        '',
        'If nobody needs it, nothing has to be done.',
      ].join('\n')}\n`,
    );
  });

  it('lets no tag begin a line of its own', () => {
    const text = textOf(noticeOf({ owners: ['opaque:x\nWhen: never'] }));
    expect(text.split('\n').filter((line) => line.startsWith('When:'))).toHaveLength(1);
  });

  it('of what nothing happens to names no time', () => {
    const { planned: _, ...nothing } = noticeOf({
      policy: 'expiring',
      fact: 'expires 2026-04-01T00:00:00.000Z',
    });
    expect(textOf(nothing)).toContain('Cutoff: needs a look: access key');
    expect(textOf(nothing)).not.toContain('When:');
  });

  it('of an orphan says that nobody owns it', () => {
    expect(textOf(noticeOf({ owners: [], fact: 'no-owner' }))).toContain('Owner:      nobody');
  });
});

describe('what a chat shows', () => {
  it('is of the schema that Amazon Q Developer reads', () => {
    expect(chatOf(noticeOf())).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'unused-1',
      content: {
        textType: 'client-markdown',
        title:
          'Cutoff: to be disabled on 2026-04-15: access key AKIAACMEQIUFAXR4G23G of IAM user dana in account 123456789012',
        description: [
          '*What:* access key AKIAACMEQIUFAXR4G23G of IAM user dana',
          '*When:* disabled from 2026-04-15T09:00:00.000Z on',
          '*Why:* unused since 2026-01-02T09:00:00.000Z (policy unused)',
          '*Owner:* email:dana@acme.example',
          '*Credential:* iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G',
          '*Notice:* unused-1',
        ].join('\n'),
        nextSteps: [
          'Use it: what is in use is left alone.',
          'To keep it for longer as it is, ask an operator for `{"keep":{"kind":"iam-access-key","id":"AKIAACMEQIUFAXR4G23G"},"until":"YYYY-MM-DD","reason":"…"}`',
          'If nobody needs it, nothing has to be done.',
        ],
        keywords: ['unused', 'iam-access-key', 'disable'],
      },
      metadata: {
        threadId: 'iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G',
        summary: expect.stringContaining('to be disabled'),
        eventType: 'CredentialNotice',
        relatedResources: ['iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G'],
      },
    });
  });

  it('mentions nobody and links nowhere, whatever a tag says', () => {
    const owners = ['opaque:<!channel> & <https://evil.example|click>'];
    const { content, metadata } = chatOf(noticeOf({ owners, credential: { ...apiKey, id: '<@U123>' } }));
    const shown = JSON.stringify([content, metadata.summary]);
    expect(shown).not.toMatch(/<[!@h]/);
    expect(shown).toContain('&lt;!channel&gt; &amp; ');
  });

  it('keeps what is told of one credential in one thread', () => {
    const threads = [noticeOf(), noticeOf({ id: 'unused-2', fact: 'other' })].map(
      (notice) => chatOf(notice).metadata.threadId,
    );
    expect(new Set(threads).size).toBe(1);
    expect(
      chatOf(noticeOf({ credential: { ...accessKey, id: 'AKIAOTHER0000000' } })).metadata.threadId,
    ).not.toBe(threads[0]);
  });
});
