import { randomUUID } from 'node:crypto';

/** What IAM's query protocol answers with. */
export interface XmlAnswer {
  readonly status: number;
  readonly xml: string;
}

/** An answer that is an error, as the IAM API Reference names it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const noSuchEntity = (message: string): Refusal => new Refusal(404, 'NoSuchEntity', message);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** One element a field, in the order of the fields. */
export const elements = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join('');

const document = (name: string, content: string) =>
  `<${name} xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${content}</${name}>`;

/** `result` is XML already; an action without a result answers with nothing but the id of the request. */
export const answered = (action: string, result: string | undefined): XmlAnswer => {
  const inner = result === undefined ? '' : `<${action}Result>${result}</${action}Result>`;
  const metadata = `<ResponseMetadata>${elements({ RequestId: randomUUID() })}</ResponseMetadata>`;
  return { status: 200, xml: document(`${action}Response`, inner + metadata) };
};

export const refused = ({ status, code, message }: Refusal): XmlAnswer => {
  const error = elements({ Type: 'Sender', Code: code, Message: message });
  const content = `<Error>${error}</Error>${elements({ RequestId: randomUUID() })}`;
  return { status, xml: document('ErrorResponse', content) };
};
