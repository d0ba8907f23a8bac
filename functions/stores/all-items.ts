type Item = Record<string, unknown>;

/** Every item of a paginated query or scan. */
export const allItems = async (pages: AsyncIterable<{ Items?: Item[] | undefined }>): Promise<Item[]> =>
  (await Array.fromAsync(pages, (page) => page.Items ?? [])).flat();
