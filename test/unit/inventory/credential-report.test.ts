import { GenerateCredentialReportCommand, GetCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { CutoffError, InvalidInput } from '../../../functions/domain/errors.ts';
import { lastUses, reportedUsers } from '../../../functions/inventory/credential-report.ts';
import { usersIn } from '../../../functions/inventory/credential-report-rows.ts';

const key = (n: number) =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
    (field) => `access_key_${n}_${field}`,
  );
const header = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed'],
  ...['password_next_rotation', 'mfa_active', ...key(1), ...key(2)],
  ...['cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated'],
].join(',');

const made = '2020-01-01T00:00:00+00:00';
const noKey = 'false,N/A,N/A,N/A,N/A';
const root = `<root_account>,arn:aws:iam::1:root,${made},not_supported,2026-01-05T00:00:00+00:00,not_supported,not_supported,true,${noKey},${noKey},false,N/A,false,N/A`;
const dana = `dana,arn:aws:iam::1:user/dana,${made},true,no_information,${made},N/A,false,true,2021-05-01T00:00:00+00:00,2026-02-01T08:00:00+00:00,N/A,s3,false,2021-06-01T00:00:00+00:00,2026-02-03T08:00:00Z,eu-west-1,ec2,false,N/A,false,N/A`;
const erin = `erin,arn:aws:iam::1:user/erin,${made},FALSE,N/A,N/A,N/A,false,TRUE,2021-05-01T00:00:00+00:00,N/A,N/A,N/A,${noKey},false,N/A,false,N/A`;
const finn = `finn,arn:aws:iam::1:user/finn,${made},true,2026-02-02T00:00:00+00:00,${made},N/A,false,${noKey},${noKey},false,N/A,false,N/A`;
const csv = [header, root, dana, erin, finn].join('\n');

const problem = (text: string): CutoffError => {
  try {
    usersIn(text);
  } catch (error) {
    if (error instanceof CutoffError) return error;
  }
  throw new Error('it was read');
};

const unavailable = { code: 'unavailable', retryable: true };

describe('the users of a credential report', () => {
  it('have their password and the keys that are there, and the root user is none of them', () => {
    expect(usersIn(csv)).toEqual([
      {
        name: 'dana',
        createdAt: '2020-01-01T00:00:00.000Z',
        hasPassword: true,
        keys: [
          {
            isActive: true,
            createdAt: '2021-05-01T00:00:00.000Z',
            lastUsedAt: '2026-02-01T08:00:00.000Z',
          },
          {
            isActive: false,
            createdAt: '2021-06-01T00:00:00.000Z',
            lastUsedAt: '2026-02-03T08:00:00.000Z',
          },
        ],
      },
      {
        name: 'erin',
        createdAt: '2020-01-01T00:00:00.000Z',
        hasPassword: false,
        keys: [{ isActive: true, createdAt: '2021-05-01T00:00:00.000Z' }],
      },
      {
        name: 'finn',
        createdAt: '2020-01-01T00:00:00.000Z',
        hasPassword: true,
        passwordLastUsedAt: '2026-02-02T00:00:00.000Z',
        keys: [],
      },
    ]);
  });

  it('are found by the names of the columns, new ones and another order included', () => {
    const turned = (line: string) => ['x', ...line.split(',').reverse(), '"2, iam:ListAccessKeys"'].join(',');
    const [columns = '', ...rows] = csv.split('\n');
    const others = ['brand_new', ...columns.split(',').reverse(), 'additional_credentials_info'].join(',');
    expect(usersIn([others, ...rows.map(turned), ''].join('\r\n'))).toEqual(usersIn(csv));
  });

  it('may come behind a byte order mark', () => {
    expect(usersIn(`\uFEFF${csv}`)).toEqual(usersIn(csv));
  });

  it('may have a comma in their names', () => {
    expect(usersIn(csv.replace('finn,', '"fi,nn",')).at(-1)?.name).toBe('fi,nn');
  });

  it.each([
    'user',
    'user_creation_time',
    'password_enabled',
    'password_last_used',
    'access_key_1_active',
    'access_key_2_last_rotated',
    'access_key_2_last_used_date',
  ])('are not told without the column %s, which is named', (column) => {
    const error = problem(csv.replace(column, 'renamed'));
    expect(error).toBeInstanceOf(InvalidInput);
    expect(error).toMatchObject({
      field: `credential report.${column}`,
      code: 'invalid-input',
      retryable: false,
      message: `credential report.${column}: is not among the columns`,
    });
  });

  it.each([
    ['a row that ends early', csv.slice(0, csv.lastIndexOf('N/A,false')), 'row 4 has 20 of 22 columns'],
    ['a name that ends early', `${csv}\n"gr`, 'it ends within a cell'],
    ['a row of a name', `${csv}\ngr`, 'row 5 has 1 of 22 columns'],
    [
      'a cell without a value',
      csv.replace('2026-02-03T08:00:00Z', ''),
      'row 2 has no value for access_key_2_last_used_date',
    ],
    [
      'half a time',
      csv.replace('2026-02-03T08:00:00Z', '2026-02-0'),
      'row 2 has no value for access_key_2_last_used_date',
    ],
    ['half a flag', csv.replace(',TRUE,', ',TR,'), 'row 3 has no value for access_key_1_active'],
    ['a user of no name', csv.replace('erin,', ','), 'row 3 has no value for user'],
    ['names of columns alone', header, 'it has no rows'],
    ['nothing', '', 'it has no rows'],
  ])('are not told by half a report: %s', (_, text, says) => {
    const message = `the credential report is not whole: ${says}`;
    expect(problem(text)).toMatchObject({ ...unavailable, message });
  });

  it('are none where the account has none', () => {
    expect(usersIn(`${header}\n${root}`)).toEqual([]);
  });
});

const iam = mockClient(IAMClient);
const client = new IAMClient({});
beforeEach(() => iam.reset());

const answers = (text = csv, GeneratedTime: Date | undefined = new Date('2026-03-01T09:00:00Z')) => {
  iam.on(GenerateCredentialReportCommand).resolves({ State: 'COMPLETE' });
  iam.on(GetCredentialReportCommand).resolves({ Content: Buffer.from(text), GeneratedTime });
};

const isLate = async () => {
  throw new Error('waited');
};

describe('the last use of each user', () => {
  it('is the newest of password and keys, and not known where there is none', async () => {
    answers();
    expect([...((await lastUses(client)) ?? [])]).toEqual([
      ['dana', '2026-02-03T08:00:00.000Z'],
      ['finn', '2026-02-02T00:00:00.000Z'],
    ]);
  });

  it('is waited for, and takes two kinds of calls for all users', async () => {
    answers();
    iam
      .on(GenerateCredentialReportCommand)
      .resolvesOnce({ State: 'STARTED' })
      .resolvesOnce({ State: 'INPROGRESS' })
      .resolves({ State: 'COMPLETE' });
    const waits: number[] = [];
    const uses = await lastUses(client, async (milliseconds) => waits.push(milliseconds));
    expect(uses?.size).toBe(2);
    expect(waits).toEqual([2000, 2000]);
  });

  it('is done without where the report does not get ready', async () => {
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'INPROGRESS' });
    let waited = 0;
    const uses = await lastUses(client, async (milliseconds) => {
      waited += milliseconds;
    });
    expect(uses).toBeUndefined();
    expect(waited).toBe(30_000);
  });

  it('is a last use however old the report is', async () => {
    answers(csv, new Date(0));
    expect((await lastUses(client))?.size).toBe(2);
  });

  it('says which permission is missing', async () => {
    const denied = Object.assign(new Error('x'), { name: 'AccessDenied' });
    iam.on(GenerateCredentialReportCommand).rejects(denied);
    await expect(lastUses(client)).rejects.toThrow('iam:GenerateCredentialReport is not allowed');
  });
});

describe('a credential report that suspects are picked from', () => {
  const now = () => new Date('2026-03-01T12:00:00Z');
  const asked = (more = {}) => reportedUsers(client, { now, wait: isLate, ...more });

  it('tells the users, in two calls that are paced', async () => {
    answers();
    const paced: number[] = [];
    const pace = async (calls: number) => void paced.push(calls);
    expect(await asked({ pace })).toEqual(usersIn(csv));
    expect(iam.calls()).toHaveLength(2);
    expect(paced).toEqual([1, 1]);
  });

  it.each([
    ['made almost a day ago', '2026-02-28T12:00:00Z'],
    ['by a clock that is hours ahead', '2026-03-02T12:00:00Z'],
  ])('may be %s', async (_, time) => {
    answers(csv, new Date(time));
    expect(await asked()).toHaveLength(3);
  });

  it.each([
    ['stale', '2026-02-28T11:59:59.000Z', 'is stale: it was made at 2026-02-28T11:59:59.000Z'],
    ['ahead', '2026-03-02T12:00:01.000Z', 'is from the future: it was made at 2026-03-02T12:00:01.000Z'],
  ])('must not be %s', async (_, time, says) => {
    answers(csv, new Date(time));
    await expect(asked()).rejects.toMatchObject({ ...unavailable, message: `the credential report ${says}` });
  });

  it('must tell when it was made', async () => {
    answers();
    iam.on(GetCredentialReportCommand).resolves({ Content: Buffer.from(csv) });
    const message = 'the credential report does not tell when it was made';
    await expect(asked()).rejects.toMatchObject({ ...unavailable, message });
  });

  it('must get ready in time', async () => {
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'INPROGRESS' });
    const message = 'the credential report is still being made';
    const wait = async () => undefined;
    await expect(asked({ wait })).rejects.toMatchObject({ ...unavailable, message });
    expect(iam.commandCalls(GetCredentialReportCommand)).toEqual([]);
  });

  it('may be gone again between the two calls, which is tried again', async () => {
    answers();
    const expired = Object.assign(new Error('x'), { name: 'ReportExpired' });
    iam.on(GetCredentialReportCommand).rejects(expired);
    await expect(asked()).rejects.toMatchObject({
      ...unavailable,
      message: 'iam:GetCredentialReport did not succeed',
    });
  });
});
