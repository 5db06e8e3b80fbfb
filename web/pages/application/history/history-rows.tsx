import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import type { ListRow, Sync } from '../../../api/types.ts';
import { useRowFocus } from '../../../components/use-row-focus.ts';
import { disabledReason } from '../../../model/actions.ts';
import type { HistorySearch } from '../../../model/history-search.ts';
import { notDelivered, syncResultViews } from '../../../model/history-view.ts';
import { shortRevision } from '../../../model/shorten.ts';
import { shortDuration } from '../../../model/time.ts';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Status } from '../../../ui/status.tsx';
import { pb } from '../../../util/path-builder.ts';
import { FailedSteps } from '../sync/failed-steps.tsx';

interface HistoryRowsProps {
  name: string;
  search: HistorySearch;
  /** Newest first. */
  syncs: readonly Sync[];
  chosen: Sync;
  row: ListRow | undefined;
  onRollback: (id: string) => void;
}

/** A line a sync; one is chosen, and shown in full beside them. */
export function HistoryRows({ name, search, syncs, chosen, row, onRollback }: HistoryRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const keys = useMemo(() => syncs.map(({ id }) => id), [syncs]);
  useRowFocus(list, keys, useCallback(noScrolling, []));
  const forbidden = row === undefined ? 'It is being looked up' : disabledReason('rollback', row);
  return (
    <ul ref={list} aria-label="Syncs" className="min-w-0 rounded-lg border border-line bg-panel">
      {syncs.map(sync => (
        <li
          key={sync.id}
          className={cx(
            'relative flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-b-0 hover:bg-raised',
            sync.id === chosen.id && 'bg-accent-soft hover:bg-accent-soft',
          )}
        >
          <div className="min-w-0 flex-1 basis-72">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <Status view={syncResultViews[sync.result]} />
              <Link
                {...pb.history({ name }, { ...(search.q === undefined ? {} : { q: search.q }), sync: sync.id })}
                data-row={sync.id}
                aria-current={sync.id === chosen.id}
                className="mono font-semibold after:absolute after:inset-0"
              >
                {shortRevision(sync.revision) || 'no revision'}
              </Link>
              <RelativeTime at={sync.startedAt} />
              <span className="text-dim">
                {sync.startedBy === 'automated' ? 'automatically' : `by ${sync.startedBy}`}
                {sync.endedAt !== undefined && `, took ${tookOf(sync.endedAt - sync.startedAt)}`}
                {sync.dryRun && ', tried only'}
              </span>
            </p>
            <p className="break-words text-dim">{sync.result === 'failed' ? sync.message : sync.reason}</p>
            {sync.id === chosen.id && <FailedSteps results={sync.results} />}
          </div>
          <span className="relative z-10">
            <Button
              onClick={() => onRollback(sync.id)}
              disabledReason={forbidden ?? notDelivered(sync)}
              aria-label={`Roll back to ${shortRevision(sync.revision)}…`}
            >
              Roll back…
            </Button>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** All of them are in the page: having the keyboard's attention brings a row into view. */
function noScrolling(): void {}

function tookOf(ms: number): string {
  return ms < 1_000 ? 'under 1 s' : shortDuration(ms);
}
