import { z } from 'zod';

/** What a secret holds with which we are a client of somebody's. */
export const oauthClientSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });
export type OAuthClient = z.output<typeof oauthClientSchema>;

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they become a Basic credential. */
export const basicAuthorization = ({ clientId, clientSecret }: OAuthClient): string => {
  const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
};
