import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { rowQuery } from '../../../api/application.ts';
import { historyQuery } from '../../../api/history.ts';
import { keepApplicationLive } from '../../../api/live-application.ts';
import { useCommands } from '../../../components/commands.ts';
import { FilterText } from '../../../components/filter-text.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { historySearchOf } from '../../../model/history-search.ts';
import { matchingSyncs } from '../../../model/history-view.ts';
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
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [rollbackTo, setRollbackTo] = useState<string>();
  const { data: syncs, error, refetch } = useQuery(historyQuery(name));
  const { data: row } = useQuery(rowQuery(name));
  useEffect(() => keepApplicationLive(queryClient, name), [queryClient, name]);
  useTitle(`History of ${name}`);
  const { q = '' } = search;
  const shown = useMemo(() => matchingSyncs(syncs ?? [], q), [syncs, q]);
  const chosen = syncs?.find(({ id }) => id === search.sync) ?? shown[0];
  const input = useRef<HTMLInputElement>(null);
  useCommands(
    'History',
    useMemo(() => [{ id: 'filter', label: 'Filter by text', keys: '/', run: () => input.current?.select() }], []),
  );

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
      {syncs !== undefined && syncs.length === 0 && <Empty title="Nothing was delivered yet" />}
      {syncs !== undefined && syncs.length > 0 && (
        <search className="flex items-center gap-3" aria-label="Filter syncs">
          <FilterText
            ref={input}
            fields="Revision, who, why, result"
            text={q}
            onChange={next =>
              void navigate({ ...pb.history({ name }, historySearchOf({ ...search, q: next })), replace: true })
            }
          />
          <span className="text-dim" role="status">
            {q === '' ? '' : `${shown.length} of ${syncs.length}`}
          </span>
        </search>
      )}
      {syncs !== undefined && syncs.length > 0 && shown.length === 0 && <Empty title="No sync fits this filter" />}
      {chosen !== undefined && syncs !== undefined && shown.length > 0 && (
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(24rem,42%)_minmax(0,1fr)]">
          <HistoryRows name={name} search={search} syncs={shown} chosen={chosen} row={row} onRollback={setRollbackTo} />
          <SyncContrast name={name} syncs={syncs} chosen={chosen} search={search} />
        </div>
      )}
      {rollbackTo !== undefined && (
        <PlanDialog name={name} initial={{ rollbackTo }} onClose={() => setRollbackTo(undefined)} />
      )}
    </div>
  );
}
