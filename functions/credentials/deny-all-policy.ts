import { isDeepStrictEqual } from 'node:util';
import { jsonOf } from '../shared/json.ts';
import { partitionOf } from './partition.ts';

/** Our inline policy's name. Another document under this name is somebody else's and denies nothing. */
export const denyAllName = 'CutoffDenyAll';

const policy = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'CutoffDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
};

export const denyAllDocument = JSON.stringify(policy);

/** "AWSDenyAll", AWS Managed Policy Reference. Assumption: it exists in every partition under the same name. */
export const awsDenyAllArn = (region: string): string =>
  `arn:${partitionOf(region)}:iam::aws:policy/AWSDenyAll`;

/**
 * A policy's JSON text as it was put. IAM answers URL-encoded (RFC 3986; "GetUserPolicy", IAM API Reference).
 * Plain text, which a local endpoint may answer, is told by its brace: an encoded one begins with `%7B`.
 */
export const decodedDocument = (text: string): string =>
  text.trimStart().startsWith('{') ? text : decodeURIComponent(text);

/** Compared as data, because IAM does not promise to keep white space. */
export const isDenyAll = (document: string): boolean => isDeepStrictEqual(jsonOf(document), policy);
