import { credentialKey } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { InvalidInput } from '../domain/errors.ts';
import { existingCredential } from './existing-credential.ts';
import type { OperatorDeps } from './operator.ts';
import type { KeepRequest } from './request.ts';
import { changeOf } from './revoke-by-hand.ts';

/** Days. What is to stay for longer is an exemption in the settings; the sweep's own `longestKeepDays` may cut it shorter. */
const longestKeep = 400;

const mustBeSoon = (until: string, now: Date): void => {
  if (Date.parse(until) <= now.getTime()) throw new InvalidInput('request.until', 'is over already');
  if (until <= daysAfter(now.toISOString(), longestKeep)) return;
  throw new InvalidInput('request.until', `must come within ${longestKeep} days`);
};

/** No sweep touches it until then. What a sweep disabled already is taken back by `restore`. */
export const keep = async (request: KeepRequest, deps: OperatorDeps) => {
  const { keep: named, until, reason } = request;
  mustBeSoon(until, deps.now());
  const about = { change: 'credential-stale', subject: { format: 'opaque', id: named.id } } as const;
  const asked = { field: 'request.keep', change: changeOf(request, about, deps) };
  const credential = await existingCredential(named, asked, deps);
  const earlier = await deps.keeps.of(credential);
  const data = { keep: credentialKey(credential), until, ...(earlier && { earlier }), reason };
  await deps.record({ type: 'planned', revocationId: `operator:${deps.requestId}`, once: 'keep', data });
  await deps.keeps.keep(credential, { reason, until, at: deps.now().toISOString() });
  return { kept: data.keep, until, reason };
};
