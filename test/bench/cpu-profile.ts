import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** A function, where it begins (counted from 0), and the time in it alone. */
export interface Frame {
  readonly name: string;
  /** Empty for what is native to V8, such as its collector. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly microseconds: number;
}

/** Native functions count for whoever called them; what has no caller is V8's own and keeps its name. */
const ownersOf = ({ nodes }: Profiler.Profile): Map<number, Profiler.ProfileNode> => {
  const owners = new Map<number, Profiler.ProfileNode>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Profiler.ProfileNode, owner: Profiler.ProfileNode | undefined): void => {
    const own = node.callFrame.url === '' && owner ? owner : node;
    owners.set(node.id, own);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) visit(child, own.callFrame.url === '' ? undefined : own);
    }
  };
  const [root] = nodes;
  if (root) visit(root, undefined);
  return owners;
};

/** Self time by function, largest first. Waiting and the profiler itself are left out. */
export const framesOf = (profile: Profiler.Profile): Frame[] => {
  const owners = ownersOf(profile);
  const frames = new Map<string, Frame>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const frame = owners.get(id)?.callFrame;
    if (!frame || frame.functionName === '(idle)' || frame.url === 'node:inspector') continue;
    const { functionName: name, url, lineNumber: line, columnNumber: column } = frame;
    const place = `${name} ${url}:${line}:${column}`;
    const microseconds = (frames.get(place)?.microseconds ?? 0) + (profile.timeDeltas?.[index] ?? 0);
    frames.set(place, { name, url, line, column, microseconds });
  }
  return [...frames.values()].sort((a, b) => b.microseconds - a.microseconds);
};

/** Runs it under V8's sampling profiler. */
export const profiled = async <T>(run: () => Promise<T>) => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const result = await run();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { result, frames: framesOf(profile) };
};
