import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import type { ListRow } from '../../api/types.ts';
import { deliveryOf, type Explained, healthOf, reasonFirst } from '../../model/row-view.ts';
import { shortRevision } from '../../model/shorten.ts';
import { cx } from '../../ui/cx.ts';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Status } from '../../ui/status.tsx';
import { pb } from '../../util/path-builder.ts';
import { rowHeight } from './row-height.ts';
import type { ShownColumns } from './shown-columns.ts';

interface ApplicationRowProps extends ShownColumns {
  row: ListRow;
  index: number;
}

/** One application on two lines: what it is, how it is, and why. All of it leads to its page. */
export const ApplicationRow = memo(function ApplicationRow({ row, index, projects, targets }: ApplicationRowProps) {
  const { name, project, source, commit, sync, target, resources } = row;
  const health = healthOf(row);
  const delivery = deliveryOf(row);
  return (
    <tr
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      className="group relative hover:bg-raised has-[a:focus-visible]:bg-accent-soft max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:content-center max-md:border-b max-md:border-line max-md:last:border-b-0"
    >
      <Cell>
        <Link
          {...pb.application({ name })}
          data-row={name}
          title={name}
          className="mono block truncate font-semibold after:absolute after:inset-0"
        >
          {name}
        </Link>
        <Second title={source.path} className="max-md:hidden">
          {projects && <>{project} · </>}
          <span className="mono">{source.path || source.repoURL}</span>
        </Second>
      </Cell>
      <StatusCell row={row} {...health} />
      <StatusCell row={row} {...delivery} className="max-md:hidden" />
      <OnPhone row={row} delivery={delivery} why={health.why || delivery.why} />
      <Cell className="max-lg:hidden">
        <div className="truncate" title={commit?.subject}>
          {commit?.subject ?? <Revision revision={sync.revision} />}
        </div>
        <Second>
          {commit !== undefined && (
            <>
              <RelativeTime at={commit.at} />, {commit.author} <Revision revision={commit.id} />
            </>
          )}
        </Second>
      </Cell>
      {targets && (
        <Cell className="max-xl:hidden">
          <div className="truncate" title={target}>
            {target}
          </div>
          <Second>{row.namespace}</Second>
        </Cell>
      )}
      <Cell className="text-right max-xl:hidden">
        {resources.total}
        <Second>{resources.outOfSync > 0 && <span className="text-warn">{resources.outOfSync} differ</span>}</Second>
      </Cell>
    </tr>
  );
});

function StatusCell({ row, view, why, className }: Explained & { row: ListRow; className?: string }) {
  return (
    <Cell className={className}>
      <Status view={view} />
      <Second title={why} className="max-md:hidden">
        {reasonFirst(why, row)}
      </Second>
    </Cell>
  );
}

/** Below name and health, as wide as there is room: how it stands to Git, and the reason of the worse of both. */
function OnPhone({ row, delivery, why }: { row: ListRow; delivery: Explained; why: string }) {
  return (
    <td className="col-span-2 flex gap-3 overflow-hidden px-3 text-small text-dim md:hidden">
      <Status view={delivery.view} />
      <span className="min-w-0 flex-1 truncate text-right">{reasonFirst(why, row)}</span>
    </td>
  );
}

function Revision({ revision }: { revision: string }) {
  return <Mono text={revision} short={shortRevision(revision)} />;
}

function Cell({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <td
      className={cx(
        'overflow-hidden border-b border-line px-3 align-middle group-last:border-b-0 max-md:self-center max-md:border-b-0',
        className,
      )}
    >
      {children}
    </td>
  );
}

/** One line, also where it says nothing: the first line stays where it is. */
function Second({ children, title, className }: { children?: ReactNode; title?: string; className?: string }) {
  return (
    <div className={cx('h-[1.45em] truncate text-small text-dim', className)} title={title}>
      {children}
    </div>
  );
}
