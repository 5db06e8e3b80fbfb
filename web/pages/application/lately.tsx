import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { latelyQuery } from '../../api/application.ts';
import type { TimelineEntry } from '../../api/types.ts';
import { EntryDetails } from '../../components/entry-details.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { entryView, syncCounts } from '../../model/timeline-view.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { pb } from '../../util/path-builder.ts';

/** What happened to one application, newest first: what one wants to know where nothing is wrong. */
export function Lately({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(latelyQuery(name));
  return (
    <section aria-label="What happened lately" className="min-w-0 max-lg:hidden">
      <div className="flex h-9.5 items-center gap-4 pb-2">
        <h2 className="flex-1">What happened lately</h2>
        <Link {...pb.history({ name })} className="text-dim hover:text-fg hover:underline">
          History of syncs
        </Link>
        <Link {...pb.activity({ application: name })} className="text-dim hover:text-fg hover:underline">
          All of it
        </Link>
      </div>
      {data === undefined && error === null && <Skeleton className="h-40 w-full" />}
      {data === undefined && error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data?.entries.length === 0 && <p className="text-dim">Nothing that is recorded.</p>}
      {data !== undefined && data.entries.length > 0 && (
        <ul className="rounded-lg border border-line bg-panel">
          {data.entries.map(entry => (
            <Line key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ entry }: { entry: TimelineEntry }) {
  const { at, what, who, subject, sync, reason } = entry;
  const view = entryView(entry);
  const said = [
    subject === undefined ? '' : `“${subject}”`,
    entry.author?.replace(/ <.*/, '') ?? '',
    sync === undefined ? '' : syncCounts(sync),
    reason ?? '',
  ].filter((text, index, all) => text !== '' && !what.includes(text) && all.indexOf(text) === index);
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)_auto] gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0">
      <span className="pt-1 *:block">
        <StatusIcon shape={view.shape} tone={view.tone} label={view.label} />
      </span>
      <div className="min-w-0">
        <p className="line-clamp-2 break-words first-letter:uppercase" title={what}>
          {what}
        </p>
        <EntryDetails entry={entry} said={said} />
      </div>
      <div className="text-right text-dim">
        <RelativeTime at={at} />
        <p className="max-w-32 truncate text-small" title={who}>
          {who}
        </p>
      </div>
    </li>
  );
}
