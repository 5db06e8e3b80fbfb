import { Link } from '@tanstack/react-router';
import type { TimelineEntry } from '../../api/types.ts';
import { fieldPath } from '../../model/field-path.ts';
import { shortRevision } from '../../model/shorten.ts';
import { entryView, syncCounts } from '../../model/timeline-view.ts';
import { ClockTime } from '../../ui/clock-time.tsx';
import { Mono } from '../../ui/mono.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { pb } from '../../util/path-builder.ts';

/** When, what kind of thing, to which application, in words, by whom. It leads to what it is about. */
export function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const { at, application, project, what, who, revision, author, subject, sync, drift, reason } = entry;
  const view = entryView(entry);
  const counts = sync === undefined ? '' : syncCounts(sync);
  const paths = drift?.paths.slice(0, 3).map(fieldPath).join(', ') ?? '';
  return (
    <li className="grid grid-cols-[3rem_1rem_minmax(0,11rem)_minmax(0,1fr)_minmax(0,9rem)] items-baseline gap-x-3 border-b border-line px-3 py-1.5 last:border-b-0 max-md:grid-cols-[3rem_1rem_minmax(0,1fr)]">
      <ClockTime at={at} />
      <StatusIcon shape={view.shape} tone={view.tone} label={view.label} />
      <span className="mono truncate" title={application}>
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
      <div className="min-w-0 break-words max-md:col-start-3">
        {what}
        {subject !== undefined && !what.includes(subject) && <span className="text-dim"> “{subject}”</span>}{' '}
        {revision !== undefined && (
          <span className="text-dim">
            <Mono text={revision} short={shortRevision(revision)} />
          </span>
        )}
        {[author !== undefined && author !== who ? `by ${author}` : '', counts, paths, reason ?? ''].map(
          text => text !== '' && <Second key={text} text={text} />,
        )}
      </div>
      <span className="truncate text-dim max-md:col-start-3" title={who}>
        {who}
      </span>
    </li>
  );
}

function Second({ text }: { text: string }) {
  return <span className="text-small text-dim"> · {text}</span>;
}
