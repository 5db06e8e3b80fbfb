import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import type { ListRow } from '../../api/types.ts';
import { deliveryOf, type Explained, healthOf } from '../../model/row-view.ts';
import { shortRevision } from '../../model/shorten.ts';
import { cx } from '../../ui/cx.ts';
import { Mono } from '../../ui/mono.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Status } from '../../ui/status.tsx';
import { pb } from '../../util/path-builder.ts';
import { rowHeight } from './row-height.ts';

/** One application on two lines: what it is, how it is, and why. All of it leads to its page. */
export const ApplicationRow = memo(function ApplicationRow({ row, index }: { row: ListRow; index: number }) {
  const { name, source, commit, sync, target, resources } = row;
  const delivery = deliveryOf(row);
  return (
    <tr
      aria-rowindex={index + 2}
      style={{ height: rowHeight }}
      className="group relative hover:bg-raised has-[a:focus-visible]:bg-accent-soft max-md:grid max-md:grid-cols-2 max-md:border-b max-md:border-line max-md:last:border-b-0"
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
        <Second title={source.path}>
          <span className="mono max-md:hidden">{source.path || source.repoURL}</span>
          <span className="md:hidden">
            <Status view={delivery.view} />
          </span>
        </Second>
      </Cell>
      <StatusCell {...healthOf(row)} otherwise={delivery.why} />
      <StatusCell {...delivery} className="max-md:hidden" />
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
      <Cell className="max-xl:hidden">
        <div className="truncate" title={target}>
          {target}
        </div>
        <Second>{row.namespace}</Second>
      </Cell>
      <Cell className="text-right max-xl:hidden">
        {resources.total}
        <Second>{resources.outOfSync > 0 && <span className="text-warn">{resources.outOfSync} differ</span>}</Second>
      </Cell>
    </tr>
  );
});

interface StatusCellProps extends Explained {
  className?: string;
  /** Said instead of nothing on phones, where the next column is not shown. */
  otherwise?: string;
}

function StatusCell({ view, why, className, otherwise = '' }: StatusCellProps) {
  return (
    <Cell className={className}>
      <Status view={view} />
      <Second title={why || otherwise}>
        {why}
        {why === '' && <span className="md:hidden">{otherwise}</span>}
      </Second>
    </Cell>
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
function Second({ children, title }: { children?: ReactNode; title?: string }) {
  return (
    <div className="h-[1.45em] truncate text-small text-dim" title={title}>
      {children}
    </div>
  );
}
