import { Link } from '@tanstack/react-router';
import { EntryDetails } from '../../components/entry-details.tsx';
import { entryView, syncCounts, type TimelineItem } from '../../model/timeline-view.ts';
import { ClockTime } from '../../ui/clock-time.tsx';
import { cx } from '../../ui/cx.ts';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { pb } from '../../util/path-builder.ts';

/** When, what kind of thing, to which application, in words, by whom. It leads to what it is about. */
export function TimelineLine({ item: { entry, applications } }: { item: TimelineItem }) {
  const { at, application, project, what, who, subject, sync, drift, reason } = entry;
  const view = entryView(entry);
  const author = entry.author?.replace(/ <.*/, '');
  const said = [
    subject === undefined ? '' : `“${subject}”`,
    author === undefined || author === who ? '' : author,
    sync === undefined ? '' : syncCounts(sync),
    reason ?? '',
  ].filter(text => text !== '' && !what.includes(text));
  return (
    <li
      data-row={entry.id}
      tabIndex={-1}
      className="has-[:focus-visible]:bg-accent-soft focus-visible:bg-accent-soft grid grid-cols-[3rem_1rem_minmax(0,11rem)_minmax(0,1fr)_minmax(0,9rem)] items-baseline gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0 max-md:grid-cols-[3rem_1rem_minmax(0,1fr)]"
    >
      <Link
        {...pb.activity({ at: String(at) })}
        title="What ran then"
        className="rounded-sm underline decoration-line-strong decoration-dotted underline-offset-4 hover:decoration-fg"
      >
        <ClockTime at={at} />
      </Link>
      <StatusIcon shape={view.shape} tone={view.tone} label={view.label} />
      {applications.length > 1 && <Applications names={applications} />}
      <span className={cx('mono truncate', applications.length > 1 && 'hidden')} title={application}>
        {application === undefined ? (
          <span className="text-dim">{project ?? 'environment'}</span>
        ) : (
          <Link
            {...pb.application({ name: application }, drift === undefined ? {} : { resource: drift.key, tab: 'diff' })}
            className="font-medium hover:underline"
          >
            {application}
          </Link>
        )}
      </span>
      <div className="min-w-0 max-md:col-start-3">
        <p className="line-clamp-3 break-words" title={what}>
          {applications.length > 1 ? what.replace(/^is /, 'are ') : what}
        </p>
        <EntryDetails entry={entry} said={said} />
      </div>
      <span className="truncate text-dim max-md:col-start-3" title={who}>
        {who}
      </span>
    </li>
  );
}

/** Their names are one click away: there may be thousands. */
function Applications({ names }: { names: readonly string[] }) {
  return (
    <details className="min-w-0">
      <summary className="cursor-pointer truncate">{names.length.toLocaleString()} applications</summary>
      <ul className="max-h-60 overflow-y-auto">
        {names.map(name => (
          <li key={name}>
            <Link {...pb.application({ name })} className="mono break-all hover:underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
