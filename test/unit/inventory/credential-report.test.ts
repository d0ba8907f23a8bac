import { GenerateCredentialReportCommand, GetCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { lastUses, lastUsesIn } from '../../../functions/inventory/credential-report.ts';

const header =
  'user,arn,user_creation_time,password_enabled,password_last_used,access_key_1_active,access_key_1_last_used_date,access_key_2_active,access_key_2_last_used_date';

describe('the last use of each user', () => {
  it('is the newest of password and keys, and unknown where there is none', () => {
    const csv = [
      header,
      '<root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,2026-01-05T00:00:00+00:00,false,N/A,false,N/A',
      'dana,arn:aws:iam::1:user/dana,2020-01-01T00:00:00+00:00,true,no_information,true,2026-02-01T08:00:00+00:00,true,2026-02-03T08:00:00+00:00',
      'erin,arn:aws:iam::1:user/erin,2020-01-01T00:00:00+00:00,false,N/A,true,N/A,false,N/A',
    ].join('\n');
    expect([...lastUsesIn(csv)]).toEqual([
      ['<root_account>', '2026-01-05T00:00:00.000Z'],
      ['dana', '2026-02-03T08:00:00.000Z'],
    ]);
  });

  it('goes by the names of the columns, new ones and another order included', () => {
    const csv = 'brand_new,access_key_1_last_used_date,user\nx,2026-02-01T08:00:00+00:00,"a,b"\n';
    expect([...lastUsesIn(csv)]).toEqual([['a,b', '2026-02-01T08:00:00.000Z']]);
  });

  it('refuses a report without users', () => {
    expect(() => lastUsesIn('arn\nx\n')).toThrow();
  });
});

describe('the credential report', () => {
  const iam = mockClient(IAMClient);
  const client = new IAMClient({});
  beforeEach(() => iam.reset());

  it('is waited for, and takes two kinds of calls for all users', async () => {
    const Content = Buffer.from(`${header}\nada,a,b,true,2026-02-01T00:00:00Z,false,N/A,false,N/A\n`);
    iam
      .on(GenerateCredentialReportCommand)
      .resolvesOnce({ State: 'STARTED' })
      .resolvesOnce({ State: 'INPROGRESS' })
      .resolves({ State: 'COMPLETE' });
    iam.on(GetCredentialReportCommand).resolves({ Content });
    const waits: number[] = [];
    const uses = await lastUses(client, async (milliseconds) => waits.push(milliseconds));
    expect(uses?.get('ada')).toBe('2026-02-01T00:00:00.000Z');
    expect(waits).toEqual([2000, 2000]);
  });

  it('is done without where it does not get ready', async () => {
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'INPROGRESS' });
    let waited = 0;
    const uses = await lastUses(client, async (milliseconds) => {
      waited += milliseconds;
    });
    expect(uses).toBeUndefined();
    expect(waited).toBe(30_000);
  });

  it('says which permission is missing', async () => {
    const denied = Object.assign(new Error('x'), { name: 'AccessDenied' });
    iam.on(GenerateCredentialReportCommand).rejects(denied);
    await expect(lastUses(client)).rejects.toThrow('iam:GenerateCredentialReport is not allowed');
  });
});
