import type { QueryClient } from '@tanstack/react-query';
import type { ListFilter } from '../model/list-filter.ts';
import { isReordered, type ListPages, rowsOf, withCounts, withRows } from '../model/live-list.ts';
import { api } from '../util/api-paths.ts';
import { addressOf } from './client.ts';
import { followStream } from './event-stream.ts';
import { fetchListNow, listQuery, pageSize } from './list.ts';
import { sessionQuery } from './session.ts';
import type { Changes, List } from './types.ts';

/** Counts and order are asked for again at most this often, however much changes. */
const settleMs = 3_000;

export interface LiveList {
  /** Rows that are looked at: they are sent whole as soon as they change. */
  watch(names: readonly string[]): void;
  /** Shows the applications, and the order, that the list has by now. */
  showNew(): void;
  stop(): void;
}

/**
 * Keeps a loaded list right. Rows change in place; other applications, or another order, wait until they are asked for (`onNew`),
 * because nothing may jump under one's hand.
 */
export function keepListLive(client: QueryClient, filter: ListFilter, onNew: (isThere: boolean) => void): LiveList {
  const { queryKey } = listQuery(filter);
  const stopping = new AbortController();
  let names: readonly string[] = [];
  let settling: ReturnType<typeof setTimeout> | undefined;
  const stream = followStream({
    address: after => addressOf(api.listChanges(), { name: names, after: after || loadedAt() }),
    events: {
      reset: settle,
      changes: data => {
        const { rows } = data as Changes;
        if (rows.length > 0) update(pages => withRows(pages, rows));
        settle();
      },
    },
    onRefused: () => void client.invalidateQueries(sessionQuery),
  });

  function update(change: (data: ListPages) => ListPages): void {
    client.setQueryData(queryKey, data => (data === undefined ? data : (change(data) as typeof data)));
  }

  function loadedAt(): string | undefined {
    return client.getQueryData(queryKey)?.pages.at(-1)?.at;
  }

  function settle(): void {
    settling ??= setTimeout(() => void lookAgain(), settleMs);
  }

  async function lookAgain(): Promise<void> {
    settling = undefined;
    const shown = rowsOf(client.getQueryData(queryKey));
    try {
      const fresh = await fetchListNow(filter, Math.max(shown.length, pageSize), stopping.signal);
      if (shown.length === 0) return show(fresh);
      update(pages => withCounts(pages, fresh));
      onNew(isReordered(shown, fresh.items));
    } catch {
      // The stream tells when the operator is back.
    }
  }

  function show(fresh: List): void {
    client.setQueryData(queryKey, { pages: [fresh], pageParams: [''] });
    onNew(false);
  }

  return {
    watch(next) {
      if (next.join('\n') === names.join('\n')) return;
      names = next;
      stream.restart();
    },
    showNew() {
      const { length } = rowsOf(client.getQueryData(queryKey));
      void fetchListNow(filter, Math.max(length, pageSize), stopping.signal).then(show, () => undefined);
    },
    stop() {
      stopping.abort();
      clearTimeout(settling);
      stream.stop();
    },
  };
}
