import { textIn } from '../util/search.ts';

/** What of the history is looked at: a sync, and what it is held against (a sync, `live` or `declared`; the one before it by default). */
export interface HistorySearch {
  sync?: string;
  against?: string;
  /** Words, all of which a sync has to have: in its revision, who began it, why, and how it went. */
  q?: string;
}

export function historySearchOf(search: Record<string, unknown>): HistorySearch {
  const sync = textIn(search.sync);
  const against = textIn(search.against);
  const q = textIn(search.q);
  return {
    ...(sync === undefined ? {} : { sync }),
    ...(against === undefined ? {} : { against }),
    ...(q === undefined ? {} : { q }),
  };
}
