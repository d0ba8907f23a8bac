import { createVerify } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LeakReporter, startLeakReporter } from '../../../infra/local/leak-reporter.ts';

let leaks: LeakReporter;
beforeAll(async () => {
  leaks = await startLeakReporter();
});
afterAll(() => leaks.close());

const publishedKeys = async () => {
  const answer = await fetch(leaks.publicKeysUrl);
  return (await answer.json()) as {
    public_keys: { key_identifier: string; key: string; is_current: boolean }[];
  };
};

it('signs the bytes of a report with the key that it publishes, as GitHub does', async () => {
  const { headers, body } = leaks.report([{ token: 'acme_1', type: 'acme_token' }]);
  expect(JSON.parse(body)).toEqual([{ token: 'acme_1', type: 'acme_token', url: '', source: 'content' }]);
  const [published, ...others] = (await publishedKeys()).public_keys;
  expect(others).toEqual([]);
  expect(published).toMatchObject({
    key_identifier: headers['github-public-key-identifier'],
    is_current: true,
    key: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
  });
  const holds = (text: string) =>
    createVerify('SHA256')
      .update(text)
      .verify(published?.key ?? '', headers['github-public-key-signature'] ?? '', 'base64');
  expect(holds(body)).toBe(true);
  expect(holds(`${body} `)).toBe(false);
});

it('publishes nothing else', async () => {
  expect((await fetch(new URL('/', leaks.publicKeysUrl))).status).toBe(404);
  expect(JSON.stringify(await publishedKeys())).not.toContain('PRIVATE');
});
