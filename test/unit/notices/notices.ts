import type { Notice } from '../../../functions/notices/notice.ts';
import { iamAccessKey } from '../../../functions/sources/aws-names.ts';

export const account = '123456789012';
export const accessKey = iamAccessKey({ account }, { id: 'AKIAACMEQIUFAXR4G23G', user: 'dana' });

export const noticeOf = (more: Partial<Notice> = {}): Notice => ({
  id: 'unused-1',
  about: 'sweep',
  credential: accessKey,
  owners: ['email:dana@acme.example'],
  fact: 'unused since 2026-01-02T09:00:00.000Z',
  policy: 'unused',
  planned: { step: 'disable', at: '2026-04-15T09:00:00.000Z' },
  ...more,
});
