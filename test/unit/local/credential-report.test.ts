import { expect, it } from 'vitest';
import { usersIn } from '../../../functions/inventory/credential-report-rows.ts';
import { trueReport } from '../../../infra/local/credential-report.ts';

const now = new Date('2026-03-01T12:00:00.123Z');
const columns =
  'user,arn,user_creation_time,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date';
const ada =
  'ada,arn:aws:iam::123456789012:user/ada,2026-01-01T00:00:00+00:00,false,not_supported,false,N/A,N/A,false,N/A,N/A';

/** As moto writes it. */
const xmlOf = (csv: string) =>
  `<R><Content>${Buffer.from(csv).toString('base64')}</Content><GeneratedTime>2015-02-02T20:02:02Z</GeneratedTime></R>`;

const csvIn = (xml: string) =>
  Buffer.from(/<Content>(.*)<\/Content>/.exec(xml)?.[1] ?? '', 'base64').toString('utf8');

it('is made just now, with the row of the root user before all others', () => {
  const { status, xml } = trueReport({ status: 200, xml: xmlOf(`${columns}\n${ada}\n`) }, now);
  expect(status).toBe(200);
  expect(xml).toContain('<GeneratedTime>2026-03-01T12:00:00Z</GeneratedTime>');
  const rows = csvIn(xml).split('\n');
  expect([rows[0], rows[1]?.slice(0, 14), rows[2], rows.length]).toEqual([columns, '<root_account>', ada, 3]);
});

it('can be read, and of an account without users has none', () => {
  const { xml } = trueReport({ status: 200, xml: xmlOf(`${columns}\n`) }, now);
  expect(usersIn(csvIn(xml))).toEqual([]);
});

it('stays as it is where moto has none', () => {
  const error = { status: 410, xml: '<ErrorResponse><Code>ReportNotPresent</Code></ErrorResponse>' };
  expect(trueReport(error, now)).toEqual(error);
});
