import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Ran, ThenRow } from '../../api/types.ts';
import { changes } from '../../model/activity-search.ts';
import { ranNotes, ranView } from '../../model/moment-view.ts';
import { shortRevision } from '../../model/shorten.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusIcon } from '../../ui/status-icon.tsx';
import { pb } from '../../util/path-builder.ts';
import { RestoreDialog } from './restore-dialog.tsx';

/** Application, then, now, and where to go on. */
export const momentColumns =
  'grid grid-cols-[minmax(0,13rem)_minmax(0,1fr)_minmax(0,1fr)_16rem] gap-x-4 px-3 max-xl:grid-cols-[minmax(0,10rem)_minmax(0,1fr)_minmax(0,1fr)_auto]';

interface MomentRowProps {
  row: ThenRow;
  at: string;
  /** Why one may not ask what restoring it would do. */
  forbidden: string | undefined;
}

/** One application: what ran of it then, and what runs of it now. */
export function MomentRow({ row, at, forbidden }: MomentRowProps) {
  const { application: name, project, is, past, now } = row;
  const [isRestoring, setRestoring] = useState(false);
  const { shape, tone, label } = changes[is];
  return (
    <li
      className={cx(momentColumns, 'items-start gap-y-1 border-b border-line py-2 last:border-b-0 max-lg:grid-cols-1')}
    >
      <div className="min-w-0">
        <Link {...pb.application({ name })} className="mono font-semibold break-all hover:underline">
          {name}
        </Link>
        <p className="truncate text-small text-dim">{project}</p>
      </div>
      {past === undefined ? <p className="text-dim">Did not run</p> : <Delivered ran={past} isPast />}
      <div className="flex min-w-0 gap-2">
        <span className="pt-1 *:block">
          <StatusIcon shape={shape} tone={tone} label={label} />
        </span>
        {is === 'same' && <p className="text-dim">As now</p>}
        {now === undefined && <p className="text-dim">Runs no more</p>}
        {now !== undefined && is !== 'same' && <Delivered ran={now} />}
      </div>
      <div className="flex flex-wrap gap-1.5 lg:justify-end">
        {past?.sync !== undefined && now?.sync !== undefined && is === 'changed' && (
          <Link {...pb.history({ name }, { sync: past.sync, against: now.sync })} className={buttonClass()}>
            Difference
          </Link>
        )}
        {now !== undefined && (
          <Link
            {...pb.history({ name }, past?.sync === undefined ? {} : { sync: past.sync })}
            className={buttonClass('plain')}
          >
            History
          </Link>
        )}
        {is !== 'same' && (
          <Button disabledReason={forbidden} onClick={() => setRestoring(true)}>
            Restore…
          </Button>
        )}
      </div>
      {isRestoring && <RestoreDialog at={at} application={name} onClose={() => setRestoring(false)} />}
    </li>
  );
}

function Delivered({ ran, isPast = false }: { ran: Ran; isPast?: boolean }) {
  const { revision, subject, since, who, author } = ran;
  const view = ranView(ran);
  const by = author?.replace(/ <[^>]*>/g, '') ?? who;
  const notes = isPast ? ranNotes(ran) : [];
  return (
    <div className="min-w-0">
      <p className="truncate" title={subject}>
        {isPast && <StatusIcon {...view} />} <Mono text={revision} short={shortRevision(revision)} /> {subject}
      </p>
      <p className="text-small break-words text-dim">
        {by}, delivered <RelativeTime at={since} />
        {isPast && ` · ${view.label}`}
        {notes.map(note => ` · ${note}`)}
      </p>
    </div>
  );
}
