import { Link } from '@tanstack/react-router';
import type { AuditRecord } from '../../api/types.ts';
import { shortRevision } from '../../model/shorten.ts';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { pb } from '../../util/path-builder.ts';

/** Who, through what and from where, did what, to which application, with which result. Names lead to records of the same. */
export function RecordRow({ record }: { record: AuditRecord }) {
  const { at, who, via, token, from, action, application, what, revision, author, result } = record;
  const through = [via, token, from].filter(one => one !== undefined).join(' · ');
  return (
    <tr data-row={record.seq} className="align-baseline hover:bg-raised has-[:focus-visible]:bg-accent-soft">
      <td className={`${cell} whitespace-nowrap`}>
        <RelativeTime at={at} />
      </td>
      <td className={`${cell} min-w-36`}>
        <Link {...pb.activity({ tab: 'audit', who })} className="hover:underline">
          {who}
        </Link>
        <div className="text-small text-dim">{through}</div>
      </td>
      <td className={cell}>
        <Link {...pb.activity({ tab: 'audit', action })} className="mono hover:underline">
          {action}
        </Link>
      </td>
      <td className={cell}>
        {application !== undefined && (
          <Link {...pb.application({ name: application })} className="mono font-medium hover:underline">
            {application}
          </Link>
        )}
      </td>
      <td className={`${cell} w-full min-w-80 break-words`}>
        {what}
        <div className="text-small text-dim">
          {revision !== undefined && <Mono text={revision} short={shortRevision(revision)} />} {author}
        </div>
      </td>
      <td className={`${cell} ${result === 'failed' || result === 'refused' ? 'text-bad' : ''}`}>{result}</td>
    </tr>
  );
}

const cell = 'border-b border-line px-3 py-1.5';
