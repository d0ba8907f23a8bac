import { describe, expect, it } from 'vitest';
import {
  awsDenyAllArn,
  decodedDocument,
  denyAllDocument,
  isDenyAll,
} from '../../../functions/credentials/deny-all-policy.ts';

describe('the deny-all policy', () => {
  it('fits into what a user may have left: it is short', () => {
    expect(denyAllDocument.length).toBeLessThan(150);
  });

  it('is recognised URL-encoded, plain, and with other white space', () => {
    const spaced = JSON.stringify(JSON.parse(denyAllDocument), null, 2);
    for (const text of [
      denyAllDocument,
      encodeURIComponent(denyAllDocument),
      encodeURIComponent(spaced),
      spaced,
    ]) {
      expect(isDenyAll(decodedDocument(text))).toBe(true);
    }
  });

  it.each([
    ['allows', denyAllDocument.replace('"Deny"', '"Allow"')],
    ['denies less', denyAllDocument.replace('"Action":"*"', '"Action":"s3:*"')],
    ['has a condition', denyAllDocument.replace('"Resource":"*"', '"Resource":"*","Condition":{}')],
    ['says more', denyAllDocument.replace(']', ',{"Effect":"Allow","Action":"*","Resource":"*"}]')],
    ['is not JSON', 'deny everything, please'],
  ])('is not a document that %s', (_, document) => {
    expect(document).not.toBe(denyAllDocument);
    expect(isDenyAll(document)).toBe(false);
  });

  it('keeps a plain document with a percent sign as it is', () => {
    expect(decodedDocument('{"Sid":"100%"}')).toBe('{"Sid":"100%"}');
  });

  it('names the managed policy in the partition of the region', () => {
    expect(awsDenyAllArn('eu-west-1')).toBe('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(awsDenyAllArn('cn-north-1')).toBe('arn:aws-cn:iam::aws:policy/AWSDenyAll');
    expect(awsDenyAllArn('us-gov-west-1')).toBe('arn:aws-us-gov:iam::aws:policy/AWSDenyAll');
  });
});
