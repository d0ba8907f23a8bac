import { callingPages } from '../../credentials/aws-errors.ts';
import type { Pace } from '../../shared/pace.ts';

export interface Paged<T> {
  /** The permission that it takes, for errors. */
  readonly action: string;
  readonly pages: AsyncIterable<T>;
  /** The field that says that there is one more page. */
  readonly more: keyof T;
}

/** Waits before each page is asked for. */
export async function* pacedPages<T>({ action, pages, more }: Paged<T>, pace: Pace): AsyncGenerator<T> {
  await pace(1);
  for await (const page of callingPages(action, pages)) {
    yield page;
    if (page[more]) await pace(1);
  }
}
