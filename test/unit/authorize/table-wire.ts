import type { Wire } from '../../../functions/authorize/denylist-wire.ts';
import type { HttpAnswer } from '../../../functions/authorize/exchange.ts';

interface Key {
  readonly key: { readonly S: string };
}

interface Question {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

/** As DynamoDB answers; a text goes out as it is. */
export const answering = (body: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** What is asked of this table, in the order asked. */
export const keysIn = (body: string, table: string): readonly Key[] =>
  (JSON.parse(body) as Question).RequestItems[table]?.Keys ?? [];

/** A denylist in memory behind the wire: rows by key, or whatever `fails` says instead. */
export const tableWire = (table: string) => {
  const state = {
    rows: {} as Record<string, object>,
    fails: undefined as (() => HttpAnswer) | undefined,
    /** Bodies, one an attempt. */
    asked: [] as unknown[],
  };
  const wire: Wire = async (body) => {
    state.asked.push(JSON.parse(body));
    if (state.fails) return state.fails();
    const found = keysIn(body, table).flatMap(({ key }) => state.rows[key.S] ?? []);
    return answering({ Responses: { [table]: found }, UnprocessedKeys: {} });
  };
  return { state, wire };
};
