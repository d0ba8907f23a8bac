import { type Row, rowsOf, type Written } from './denylist-rows.ts';
import { startDenylistServer } from './denylist-server.ts';
import { answerQuestions } from './peer.ts';

/** What is left out stays as it is; sizes that were made once are kept. */
export interface DenylistQuestion {
  readonly written?: Written;
  readonly size?: number;
  readonly delayMilliseconds?: number;
}

export interface DenylistAnswer {
  readonly url: string;
  /** Since the start. */
  readonly requests: number;
  readonly connections: number;
}

const server = await startDenylistServer();
const made = new Map<number, Map<string, Row>>();
let written: Written = { issuer: '', at: 0 };

const rowsFor = (size: number): Map<string, Row> => {
  const rows = made.get(size) ?? rowsOf(size, written);
  made.set(size, rows);
  return rows;
};

answerQuestions(async (question: DenylistQuestion): Promise<DenylistAnswer> => {
  if (question.written) written = question.written;
  if (question.size !== undefined) server.state.rows = rowsFor(question.size);
  server.state.delayMilliseconds = question.delayMilliseconds ?? server.state.delayMilliseconds;
  const { requests, connections } = server.state;
  return { url: server.url, requests, connections };
});
