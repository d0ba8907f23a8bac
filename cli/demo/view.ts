import type { Cascade, CredentialStory } from './cascade.ts';

const time = (ms: number | undefined) => (ms === undefined ? '·' : `${ms} ms`).padStart(10);

const columns = `${'kind'.padEnd(16)} ${'id'.padEnd(46)} ${'contained'.padStart(10)} ${'revoked'.padStart(10)} ${'verified'.padStart(10)}  outcome`;

const rowOf = ({ kind, id, containedMs, revokedMs, verifiedMs, outcome, reason }: CredentialStory): string =>
  [
    kind.padEnd(16),
    id.padEnd(46),
    time(containedMs),
    time(revokedMs),
    time(verifiedMs),
    ` ${outcome}${reason ? `: ${reason}` : ''}`,
  ].join(' ');

/** The cascade as a table; the moment counted from is the event. */
export const tableOf = ({ stories }: Cascade): string[] => [columns, ...stories.map(rowOf)];

export interface View {
  update(cascade: Cascade): void;
}

/** On a terminal: one table, drawn over itself. */
const liveView = (out: NodeJS.WriteStream): View => {
  let drawn = 0;
  return {
    update: (cascade) => {
      const lines = tableOf(cascade);
      if (drawn > 0) out.write(`\u001b[${drawn}A`);
      for (const line of lines) out.write(`\u001b[2K${line.slice(0, out.columns)}\n`);
      drawn = lines.length;
    },
  };
};

/** Everywhere else: a line whenever something happened to a credential. */
const plainView = (write: (line: string) => void): View => {
  const seen = new Set<string>();
  return {
    update: ({ stories }) => {
      for (const { kind, id, outcome, containedMs, revokedMs, verifiedMs, reason } of stories) {
        const at = { denied: containedMs, revoked: revokedMs, verified: verifiedMs }[String(outcome)];
        const line = `${time(at)}  ${outcome.padEnd(10)} ${kind} ${id}${reason ? ` (${reason})` : ''}`;
        if (!seen.has(line)) write(line);
        seen.add(line);
      }
    },
  };
};

/** `--json` shows nothing until the end. */
export const viewFor = (mode: 'live' | 'plain' | 'json'): View => {
  if (mode === 'live') return liveView(process.stdout);
  return plainView(mode === 'plain' ? console.log : () => undefined);
};
