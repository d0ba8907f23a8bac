import type { XmlAnswer } from './iam-xml.ts';
import { localAccount } from './local-account.ts';

/** As IAM writes it of an account whose root user has no credentials. */
const rootRow = (time: string): Readonly<Record<string, string>> => ({
  user: '<root_account>',
  arn: `arn:aws:iam::${localAccount}:root`,
  user_creation_time: time,
  password_enabled: 'false',
  mfa_active: 'false',
  access_key_1_active: 'false',
  access_key_2_active: 'false',
  cert_1_active: 'false',
  cert_2_active: 'false',
});

const withRoot = (csv: string, time: string): string => {
  const [header = '', ...rows] = csv.trimEnd().split('\n');
  const root = rootRow(time);
  const cells = header.split(',').map((column) => root[column] ?? 'N/A');
  return [header, cells.join(','), ...rows].join('\n');
};

/**
 * What moto 5.2 answers GetCredentialReport with, made as IAM would: made just now instead of in 2015, and with the row of the
 * root user, which comes first. What is no report stays as it is.
 */
export const trueReport = ({ status, xml }: XmlAnswer, now: Date): XmlAnswer => {
  // IAM writes whole seconds.
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const content = (_: string, text: string) => {
    const csv = withRoot(Buffer.from(text, 'base64').toString('utf8'), time);
    return `<Content>${Buffer.from(csv).toString('base64')}</Content>`;
  };
  const made = xml.replace(/<Content>([^<]*)<\/Content>/, content);
  return { status, xml: made.replace(/<GeneratedTime>[^<]*</, `<GeneratedTime>${time}<`) };
};
