import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { ListRow } from '../../api/types.ts';
import { ApplicationRow } from './application-row.tsx';
import { rowHeight } from './row-height.ts';
import type { ShownColumns } from './shown-columns.ts';
import { useRowKeys } from './use-row-keys.ts';

export interface ApplicationsProps {
  rows: readonly ListRow[];
  /** Told which rows are looked at. */
  watch: (names: readonly string[]) => void;
  /** Loads the rows that follow; undefined when there are none, or they are coming. */
  more: (() => void) | undefined;
}

/** Only the rows that are looked at are in the page, however many there are. */
export function ApplicationsTable({ rows, watch, more, projects, targets }: ApplicationsProps & ShownColumns) {
  const table = useRef<HTMLTableElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: table.current?.offsetTop ?? 0,
    getItemKey: index => rows[index]?.name ?? index,
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const names = items.map(({ index }) => rows[index]?.name ?? '').join('\n');
  const isNearEnd = last !== undefined && last.index >= rows.length - 20;

  useEffect(() => {
    const timer = setTimeout(() => watch(names === '' ? [] : names.split('\n')), 300);
    return () => clearTimeout(timer);
  }, [names, watch]);
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);
  useRowKeys(table, rows, index => virtual.scrollToIndex(index, { align: 'auto' }));

  const before = first === undefined ? 0 : first.start - virtual.options.scrollMargin;
  const after = last === undefined ? 0 : virtual.getTotalSize() - (last.end - virtual.options.scrollMargin);
  const headings = columns.filter(({ label }) => targets || label !== 'Target');
  return (
    <table
      ref={table}
      aria-rowcount={rows.length + 1}
      className="w-full table-fixed border-separate border-spacing-0 rounded-lg border border-line bg-panel max-md:block"
    >
      <thead className="max-md:sr-only">
        <tr aria-rowindex={1} className="text-left text-small text-dim">
          {columns
            .filter(({ label }) => targets || label !== 'Target')
            .map(({ label, className }) => (
              <th
                key={label}
                scope="col"
                className={`sticky top-0 z-10 h-9 border-b border-line bg-panel px-3 font-medium first:rounded-tl-lg last:rounded-tr-lg ${className}`}
              >
                {label}
              </th>
            ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {before > 0 && <Space height={before} columns={headings.length} />}
        {items.map(({ index }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <ApplicationRow key={row.name} row={row} index={index} projects={projects} targets={targets} />
          );
        })}
        {after > 0 && <Space height={after} columns={headings.length} />}
      </tbody>
    </table>
  );
}

const columns = [
  { label: 'Application', className: 'w-[19%] max-lg:w-[30%]' },
  { label: 'Health', className: 'w-[25%] max-lg:w-auto' },
  { label: 'Git', className: 'w-[25%] max-lg:w-auto max-md:hidden' },
  { label: 'Last change', className: 'max-lg:hidden' },
  { label: 'Target', className: 'w-[10%] max-xl:hidden' },
  { label: 'Resources', className: 'w-24 text-right max-xl:hidden' },
] as const;

/** Holds the place of the rows that are not in the page. */
function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className="max-md:block">
      <td colSpan={columns} className="max-md:block" style={{ height }} />
    </tr>
  );
}
