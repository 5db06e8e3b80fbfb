import type { List, ListRow } from '../api/types.ts';

/** The pages of a list that were loaded, as TanStack Query keeps them. */
export interface ListPages {
  pages: List[];
  pageParams: unknown[];
}

export function rowsOf(data: ListPages | undefined): ListRow[] {
  return data?.pages.flatMap(page => page.items) ?? [];
}

/** With newer rows in the places of the older ones of the same name. Rows keep their order, and pages without a change their identity. */
export function withRows(data: ListPages, rows: Iterable<ListRow>): ListPages {
  const newer = new Map([...rows].map(row => [row.name, row]));
  let isChanged = false;
  const pages = data.pages.map(page => {
    if (!page.items.some(one => isNewer(newer.get(one.name), one))) return page;
    isChanged = true;
    const items = page.items.map(one => {
      const next = newer.get(one.name);
      return next !== undefined && isNewer(next, one) ? next : one;
    });
    return { ...page, items };
  });
  return isChanged ? { ...data, pages } : data;
}

/** With the counts, facets and rows of a list that was asked for later; in the order that is shown. */
export function withCounts(data: ListPages, fresh: List): ListPages {
  const { counts, facets, total, at } = fresh;
  const updated = withRows(data, fresh.items);
  return { ...updated, pages: updated.pages.map(page => ({ ...page, counts, facets, total, at })) };
}

/** Whether a list that was asked for later shows other applications, or in another order. */
export function isReordered(shown: readonly ListRow[], fresh: readonly ListRow[]): boolean {
  const most = Math.min(shown.length, fresh.length);
  if (shown.length < fresh.length) return true;
  for (let index = 0; index < most; index++) if (shown[index]?.name !== fresh[index]?.name) return true;
  return false;
}

function isNewer(next: ListRow | undefined, present: ListRow): boolean {
  return next !== undefined && next !== present && next.generation >= present.generation;
}
