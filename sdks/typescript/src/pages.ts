/** What one page of a list holds. */
export type Entry<Page> = { [K in keyof Page]-?: Page[K] extends (infer E)[] ? E : never }[keyof Page];

/** The first page of a list; with `for await` its entries, and those of all pages after it. */
export type Listing<Page> = Promise<Page> & AsyncIterable<Entry<Page>>;

type Query = Record<string, unknown>;

/** Asks for a page, and for those after it as somebody comes to them. */
export function listing<Page>(ask: (query: Query) => Promise<Page>, query: Query): Listing<Page> {
  const first = ask(query);
  async function* entries(): AsyncGenerator<Entry<Page>> {
    let page = (await first) as Query;
    for (let asked = query; ; page = (await ask(asked)) as Query) {
      yield* entriesOf(page) as Entry<Page>[];
      const next = nextPage(asked, page);
      if (!next) return;
      asked = next;
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: entries });
}

function entriesOf(page: Query): unknown[] {
  return (Object.values(page).find(Array.isArray) as unknown[] | undefined) ?? [];
}

/** What to ask for after that page, or null after the last one. */
function nextPage(query: Query, page: Query): Query | null {
  if (typeof page.next_cursor === 'string') return { ...query, cursor: page.next_cursor };
  if (typeof page.page !== 'number' || entriesOf(page).length === 0) return null;
  const seen = page.page * (page.per_page as number);
  return seen < (page.total as number) ? { ...query, page: page.page + 1 } : null;
}
