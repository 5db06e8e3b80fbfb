import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { listQuery } from '../../api/list.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { filterOf } from '../../model/list-filter.ts';
import { rowsOf } from '../../model/live-list.ts';
import { useTitle } from '../../ui/use-title.ts';
import { ApplicationsTable } from './applications-table.tsx';
import { ApplicationsTiles } from './applications-tiles.tsx';
import { FilterBar } from './filter-bar.tsx';
import { NothingFound } from './nothing-found.tsx';
import { shownColumns } from './shown-columns.ts';
import { TableSkeleton } from './table-skeleton.tsx';
import { useLiveList } from './use-live-list.ts';

const route = getRouteApi('/shell/applications');

/** Everything that is delivered: what needs attention first. */
export function ApplicationsPage() {
  const search = route.useSearch();
  const filter = useMemo(() => filterOf({ ...search }), [search]);
  const query = useInfiniteQuery(listQuery(filter));
  const live = useLiveList(filter, query.isSuccess && !query.isPlaceholderData);
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const first = query.data?.pages[0];
  useTitle('Applications');

  const shown = {
    rows,
    watch: live.watch,
    more: query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined,
  };
  return (
    <>
      <h1 className="sr-only">Applications</h1>
      <FilterBar filter={filter} view={search.view} list={first} onShowNew={live.hasNew ? live.showNew : undefined} />
      {query.isError && rows.length === 0 && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <TableSkeleton />}
      {query.isSuccess && rows.length === 0 && <NothingFound filter={filter} all={first?.counts.all ?? 0} />}
      {rows.length > 0 &&
        (search.view === 'tiles' ? (
          <ApplicationsTiles {...shown} />
        ) : (
          <ApplicationsTable {...shown} {...shownColumns(first?.facets)} />
        ))}
    </>
  );
}
