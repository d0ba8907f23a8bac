import { Refused, type SignalAnswer } from './channel.ts';

/** A refusal with its reason as JSON, for protocols that define no error body of their own. */
export const refuse = (status: number, reason: string, headers: SignalAnswer['headers'] = {}): Refused =>
  new Refused(reason, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ error: reason }),
  });
