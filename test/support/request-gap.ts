/** Status that an ordinary client gets. */
export const statusOf = async (url: string, headers: Record<string, string>): Promise<number> => {
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  return answer.status;
};

export interface Gap {
  /** From the start of `revoke` to the answer that refused. For people to read: nothing is asserted about it. */
  readonly milliseconds: number;
  /** That were let through meanwhile. */
  readonly requests: number;
}

const patience = 60_000;

const must = async (ask: () => Promise<number>, status: number, when: string): Promise<void> => {
  const answered = await ask();
  if (answered !== status) throw new Error(`${when}: ${answered}, where ${status} is due`);
};

/**
 * A client that works, something that revokes it, and then one request after the other until the first is refused. None of the
 * next twenty may be let through again: what is refused stays refused.
 */
export const gapAfter = async (revoke: () => Promise<unknown>, ask: () => Promise<number>): Promise<Gap> => {
  await must(ask, 200, 'before');
  const started = performance.now();
  const revoking = revoke();
  let requests = 0;
  let status = await ask();
  for (; status === 200; status = await ask()) {
    requests += 1;
    if (performance.now() - started > patience) throw new Error(`let through ${requests} times`);
  }
  const milliseconds = Math.round(performance.now() - started);
  await revoking;
  if (status !== 403) throw new Error(`the first refusal was ${status}, where 403 is due`);
  for (let again = 0; again < 20; again += 1) await must(ask, 403, 'after the first refusal');
  return { milliseconds, requests };
};
