import { InvalidInput } from '../domain/errors.ts';
import { subjectKey } from '../domain/subject.ts';
import type { OperatorDeps } from './operator.ts';
import type { LinkRequest, UnlinkRequest } from './request.ts';

/** One person's names: what an event says under any of them concerns all that belongs to the others. */
export const link = async ({ link: names, reason }: LinkRequest, deps: OperatorDeps) => {
  const data = { link: names.map(subjectKey), reason };
  await deps.record({ type: 'planned', revocationId: `operator:${deps.requestId}`, once: 'link', data });
  if ((await deps.links.link(names)) === 'linked') return data;
  throw new InvalidInput('request.link', 'names several people: unlink the wrong one first');
};

/** For a name that was recycled, or linked by mistake. Nothing is restored by it. */
export const unlink = async ({ unlink: name, reason }: UnlinkRequest, deps: OperatorDeps) => {
  const data = { unlink: subjectKey(name), reason };
  await deps.record({ type: 'planned', revocationId: `operator:${deps.requestId}`, once: 'unlink', data });
  await deps.links.cut(name);
  return data;
};
