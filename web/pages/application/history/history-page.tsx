import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { rowQuery } from '../../../api/application.ts';
import { historyQuery } from '../../../api/history.ts';
import { keepApplicationLive } from '../../../api/live-application.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useTitle } from '../../../ui/use-title.ts';
import { pb } from '../../../util/path-builder.ts';
import { RowsSkeleton } from '../resources/rows-skeleton.tsx';
import { PlanDialog } from '../sync/plan-dialog.tsx';
import { SyncProgress } from '../sync/sync-progress.tsx';
import { HistoryRows } from './history-rows.tsx';
import { SyncContrast } from './sync-contrast.tsx';

const route = getRouteApi('/shell/applications/$name/history');

/** Who delivered what, when, and how it went; what differs between any two; and the way back. */
export function HistoryPage() {
  const { name } = route.useParams();
  const search = route.useSearch();
  const queryClient = useQueryClient();
  const [rollbackTo, setRollbackTo] = useState<string>();
  const { data: syncs, error, refetch } = useQuery(historyQuery(name));
  const { data: row } = useQuery(rowQuery(name));
  useEffect(() => keepApplicationLive(queryClient, name), [queryClient, name]);
  useTitle(`History of ${name}`);
  const chosen = syncs?.find(({ id }) => id === search.sync) ?? syncs?.[0];

  return (
    <div className="flex flex-col gap-4">
      <header className="border-b border-line pb-3">
        <Link {...pb.application({ name })} className="inline-flex items-center gap-1 text-dim hover:text-fg">
          <Icon name="chevron" className="size-3.5 rotate-180" /> {name}
        </Link>
        <h1>History of {name}</h1>
      </header>
      {row !== undefined && <SyncProgress row={row} />}
      {error !== null && syncs === undefined && <ProblemView error={error} onRetry={() => void refetch()} />}
      {syncs === undefined && error === null && <RowsSkeleton />}
      {syncs !== undefined && chosen === undefined && <Empty title="Nothing was delivered yet" />}
      {syncs !== undefined && chosen !== undefined && (
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(24rem,42%)]">
          <HistoryRows name={name} syncs={syncs} chosen={chosen} row={row} onRollback={setRollbackTo} />
          <SyncContrast name={name} syncs={syncs} chosen={chosen} against={search.against} />
        </div>
      )}
      {rollbackTo !== undefined && (
        <PlanDialog name={name} initial={{ rollbackTo }} onClose={() => setRollbackTo(undefined)} />
      )}
    </div>
  );
}
