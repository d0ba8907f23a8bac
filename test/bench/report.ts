/** What a bench found: figures to compare, and the tables behind them. */
export interface Report {
  /** What was measured, and what stood in for what. */
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly object[]>>;
}

/** A table without a name, and what to know of it. */
export interface NotedRows {
  readonly notes: readonly string[];
  readonly rows: readonly object[];
}

/** A list is rows without notes. */
export type Findings = readonly object[] | NotedRows | Report;

const isRows = (findings: Findings): findings is readonly object[] => Array.isArray(findings);

/** One JSON object. */
export const jsonOf = (bench: string, findings: Findings): string => {
  if (isRows(findings)) return JSON.stringify({ bench, rows: findings });
  if ('rows' in findings) return JSON.stringify({ bench, ...findings });
  const { figures, ...rest } = findings;
  return JSON.stringify({ bench, ...figures, ...rest });
};

export const print = (bench: string, findings: Findings): void => {
  console.log(`\n${bench}`);
  if (isRows(findings)) {
    console.table(findings);
    return;
  }
  for (const note of findings.notes) console.log(note);
  if ('rows' in findings) {
    console.table(findings.rows);
    return;
  }
  console.table([findings.figures]);
  for (const [title, rows] of Object.entries(findings.tables)) {
    console.log(`\n${title}`);
    console.table(rows);
  }
};
