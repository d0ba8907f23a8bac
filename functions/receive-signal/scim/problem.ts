import { InvalidInput } from '../../domain/errors.ts';
import { Refused, type SignalAnswer } from '../channel.ts';

/** RFC 7644 table 9, those that this service gives. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A request that cannot be read; the message names the field, never its value. */
export class InvalidScim extends InvalidInput {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, field: string, problem: string) {
    super(field, problem);
    this.scimType = scimType;
  }
}

export const scimAnswer = (
  status: number,
  body?: object,
  headers: SignalAnswer['headers'] = {},
): SignalAnswer =>
  body
    ? {
        status,
        headers: { 'content-type': 'application/scim+json; charset=utf-8', ...headers },
        body: JSON.stringify(body),
      }
    : { status, headers };

/** RFC 7644 section 3.12. `status` is a string there. */
export const scimRefusal = (
  status: number,
  detail: string,
  { scimType, headers }: { scimType?: ScimType; headers?: SignalAnswer['headers'] } = {},
): Refused => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  const body = { schemas, status: String(status), ...(scimType && { scimType }), detail };
  return new Refused(`scim: ${detail}`, scimAnswer(status, body, headers));
};
