import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { driftAuthorsQuery, driftQuery } from '../../api/drift.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { useListKeys } from '../../components/use-list-keys.ts';
import { driftSearchOf } from '../../model/drift-search.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { DriftFilter } from './drift-filter.tsx';
import { DriftList } from './drift-list.tsx';

const route = getRouteApi('/shell/drift');

/** Every difference that exists now, by who made it. */
export function DriftPage() {
  const search = driftSearchOf({ ...route.useSearch() });
  const client = useQueryClient();
  const { data: summary } = useQuery(driftAuthorsQuery(search));
  const query = useInfiniteQuery(driftQuery(search));
  const rows = useMemo(() => query.data?.pages.flatMap(page => page.rows) ?? [], [query.data]);
  const about = useMemo(() => Object.assign({}, ...(query.data?.pages.map(page => page.about) ?? [])), [query.data]);
  const isOld = summary !== undefined && query.data !== undefined && query.data.pages[0]?.version !== summary.version;
  useEffect(() => {
    if (isOld) void client.invalidateQueries({ queryKey: ['drift', 'rows'] });
  }, [isOld, client]);
  useTitle('Drift');
  useListKeys();
  const total = query.data?.pages[0]?.total;
  return (
    <>
      <h1 className="sr-only">Drift</h1>
      <DriftFilter search={search} drifts={summary} />
      {query.isError && total === undefined && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton className="h-40 w-full" />}
      {total === 0 && <Nothing isFiltering={Object.keys(search).length > 0} />}
      {rows.length > 0 && (
        <DriftList
          rows={rows}
          about={about}
          authors={summary?.authors ?? []}
          more={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
        />
      )}
    </>
  );
}

function Nothing({ isFiltering }: { isFiltering: boolean }) {
  if (!isFiltering)
    return (
      <Empty title="Everything is as it was delivered">
        What somebody changes by hand stands here as soon as it is seen, with who did it.
      </Empty>
    );
  return (
    <Empty title="Nothing that differs fits this filter">
      <Link {...pb.drift()} className={buttonClass()}>
        Show all drift
      </Link>
    </Empty>
  );
}
