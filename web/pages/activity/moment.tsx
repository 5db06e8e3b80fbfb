import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { momentQuery } from '../../api/moment.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { type ActivitySearch, changes, changeToggled } from '../../model/activity-search.ts';
import { shortRevision } from '../../model/shorten.ts';
import { exactTime } from '../../model/time.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { chipClass } from '../../ui/chip.ts';
import { cx } from '../../ui/cx.ts';
import { Empty } from '../../ui/empty.tsx';
import { Mono } from '../../ui/mono.tsx';
import { More } from '../../ui/more.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { pb } from '../../util/path-builder.ts';
import { MomentFilter } from './moment-filter.tsx';
import { MomentRow, momentColumns } from './moment-row.tsx';
import { RestoreDialog } from './restore-dialog.tsx';

/** Each is a dry-run; more than that are asked for one by one. */
const mostAtOnce = 300;

/** What ran at a moment, application by application, and what of it is otherwise by now. */
export function Moment({ search, at }: { search: ActivitySearch; at: string }) {
  const query = useInfiniteQuery(momentQuery(search));
  const [restoring, setRestoring] = useState(false);
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap(page => page.applications) ?? [];
  const all = first === undefined ? 0 : Object.values(first.counts).reduce((sum, count) => sum + count, 0);
  const forbidden = first?.mayRestore === false ? 'Your role does not include targets, get' : undefined;
  const tooMany = all > mostAtOnce ? `More than ${mostAtOnce} applications: ask one by one` : undefined;
  return (
    <>
      <MomentFilter search={search} at={Number(at)} />
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-3">
        <h2>
          {exactTime(Number(at))}{' '}
          <span className="font-normal text-dim">
            <RelativeTime at={Number(at)} />
          </span>
        </h2>
        {first?.environment !== undefined && (
          <span className="text-dim">
            Git was at <Mono text={first.environment.revision} short={shortRevision(first.environment.revision)} />
          </span>
        )}
        <span className="ml-auto flex flex-wrap gap-2">
          <Link {...pb.activity({ to: at })} className={buttonClass()}>
            What led to it
          </Link>
          <Button disabledReason={forbidden ?? tooMany} onClick={() => setRestoring(true)}>
            What restoring it would do…
          </Button>
        </span>
      </header>
      <nav
        aria-label="Then and now"
        className="flex gap-2 pb-3 max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap"
      >
        {(Object.keys(changes) as (keyof typeof changes)[]).map(change => {
          const { shape, tone, label } = changes[change];
          const isOn = search.is?.includes(change) ?? false;
          return (
            <Link
              key={change}
              {...pb.activity(changeToggled(search, change))}
              className={chipClass(isOn)}
              aria-current={isOn ? 'true' : undefined}
            >
              <StatusIcon shape={shape} tone={tone} />
              {label} {first !== undefined && <b className="font-semibold">{first.counts[change].toLocaleString()}</b>}
            </Link>
          );
        })}
      </nav>
      {query.isPending && <Skeleton className="h-96 w-full" />}
      {query.isError && first === undefined && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
      {first !== undefined && rows.length === 0 && <Nothing search={search} isFiltered={all > 0} />}
      {rows.length > 0 && (
        <div className="rounded-lg border border-line bg-panel">
          <p
            aria-hidden="true"
            className={cx(momentColumns, 'border-b border-line py-1.5 text-small text-dim max-lg:hidden')}
          >
            <span>Application</span>
            <span>Then</span>
            <span>Now</span>
          </p>
          <ul aria-label="What ran">
            {rows.map(row => (
              <MomentRow key={row.application} row={row} at={at} forbidden={forbidden} />
            ))}
          </ul>
        </div>
      )}
      {query.hasNextPage && <More onMore={query.fetchNextPage} isLoading={query.isFetchingNextPage} />}
      {restoring && <RestoreDialog at={at} onClose={() => setRestoring(false)} />}
    </>
  );
}

function Nothing({ search: { at }, isFiltered }: { search: ActivitySearch; isFiltered: boolean }) {
  return (
    <Empty title={isFiltered ? 'Nothing that ran then fits this filter' : 'Nothing is known to have run then'}>
      {isFiltered && at !== undefined ? (
        <Link {...pb.activity({ at })} className={buttonClass()}>
          Show all of that moment
        </Link>
      ) : (
        'The audit log begins later, or nothing had been delivered yet.'
      )}
    </Empty>
  );
}
