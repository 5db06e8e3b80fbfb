import type { QueryClient } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { rowQuery } from './application.ts';
import { addressOf } from './client.ts';
import { followStream } from './event-stream.ts';
import { sessionQuery } from './session.ts';
import type { Changes } from './types.ts';

/** What is more than the row is asked for again at most this often. */
const settleMs = 1_000;

/** Keeps all that is loaded of one application right, until the answer is called. */
export function keepApplicationLive(client: QueryClient, name: string): () => void {
  let settling: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    settling ??= setTimeout(() => {
      settling = undefined;
      const { queryKey } = rowQuery(name);
      const isTheRow = (key: readonly unknown[]) => key.join('\n') === queryKey.join('\n');
      void client.invalidateQueries({
        queryKey: ['application', name],
        predicate: query => !isTheRow(query.queryKey),
      });
    }, settleMs);
  }

  /** What happened between the answers that are shown and the beginning of the stream. */
  async function lookForMissed(): Promise<void> {
    const { queryKey } = rowQuery(name);
    const shown = client.getQueryData(queryKey)?.generation;
    const row = await client.fetchQuery({ ...rowQuery(name), staleTime: 0 }).catch(() => undefined);
    if (shown !== undefined && row?.generation !== shown) settle();
  }

  const stream = followStream({
    address: after => addressOf(api.listChanges(), { name, only: true, after: after || undefined }),
    events: {
      ready: () => void lookForMissed(),
      reset: settle,
      changes(data) {
        const { rows, removed } = data as Changes;
        for (const row of rows) client.setQueryData(rowQuery(name).queryKey, row);
        if (removed.includes(name)) void client.invalidateQueries({ queryKey: ['application', name] });
        settle();
      },
    },
    onRefused: () => void client.invalidateQueries(sessionQuery),
  });
  return () => {
    clearTimeout(settling);
    stream.stop();
  };
}
