import type { DemoResult } from './run-demo.ts';
import { tableOf } from './view.ts';

/** Seconds; the demo's stack is deployed with it (`infra/local/local-settings.ts`). */
const windowNote = (seconds: number) =>
  `proof needs reads that span ${seconds} s, the consistency window of this local stack (60 s by default on AWS)`;

/** For people. */
export const reportLines = ({ cascade, refusals, checks }: DemoResult, windowSeconds: number): string[] => [
  '',
  ...tableOf(cascade),
  '',
  ...checks.map(({ name, ok, saw }) => `${ok ? '  ok ' : 'FAIL '} ${name}${ok ? '' : ` (saw: ${saw})`}`),
  '',
  `contained after ${cascade.containedMs} ms, revoked after ${cascade.revokedMs} ms, verified after ${cascade.verifiedMs} ms`,
  `over HTTP, the first request was refused after ${refusals.tokenMs} ms (token) and ${refusals.apiKeyMs} ms (API key)`,
  windowNote(windowSeconds),
];

/** For machines: one document. What is held or skipped stands apart from what was revoked. */
export const reportJson = (result: DemoResult, windowSeconds: number) => {
  const { cascade, checks, company, refusals, revocationId } = result;
  const { tokenMs, apiKeyMs } = refusals;
  const { stories, containedMs, revokedMs, verifiedMs } = cascade;
  const held = stories.filter(({ outcome }) => outcome === 'held');
  return {
    ok: checks.every(({ ok }) => ok),
    revocationId,
    subject: { format: 'email', email: company.leaver.email, containedMs, revokedMs, verifiedMs },
    refusedOverHttp: { tokenMs, apiKeyMs },
    consistencyWindowSeconds: windowSeconds,
    credentials: stories.filter((story) => !held.includes(story)),
    held: held.map(({ kind, id, reason }) => ({ kind, id, reason })),
    checks,
  };
};
