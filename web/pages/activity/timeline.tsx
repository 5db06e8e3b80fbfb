import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { newestQuery, timelineQuery } from '../../api/activity.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import type { ActivitySearch } from '../../model/activity-search.ts';
import { dayOf } from '../../model/time.ts';
import { timelineDays } from '../../model/timeline-view.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimelineLine } from './timeline-line.tsx';

/** Commits, syncs, drift, health and overrides, newest first. What is newer waits until it is asked for. */
export function Timeline({ search }: { search: ActivitySearch }) {
  const client = useQueryClient();
  const query = useInfiniteQuery(timelineQuery(search));
  const { data: newest = 0 } = useQuery(newestQuery(search));
  const entries = useMemo(() => query.data?.pages.flatMap(page => page.entries) ?? [], [query.data]);
  const hasNew = query.isSuccess && !query.isPlaceholderData && newest > (entries[0]?.id ?? 0);
  if (query.isPending) return <Skeleton className="h-96 w-full" />;
  if (query.isError && entries.length === 0) {
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {hasNew && (
        <div className="sticky top-2 z-10 flex justify-center pb-2">
          <Button kind="primary" onClick={() => void client.resetQueries({ queryKey: ['timeline'] })}>
            Show what is new
          </Button>
        </div>
      )}
      {entries.length === 0 && !query.hasNextPage && <Empty title="Nothing that happened fits this filter" />}
      <div className="flex flex-col gap-4">
        {timelineDays(entries, dayOf).map(({ day, items }) => (
          <section key={day} aria-label={day}>
            <h2 className="pb-1 text-dim">{day}</h2>
            <ul className="rounded-lg border border-line bg-panel">
              {items.map(item => (
                <TimelineLine key={item.entry.id} item={item} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {query.hasNextPage && <More onMore={query.fetchNextPage} isLoading={query.isFetchingNextPage} />}
    </>
  );
}
