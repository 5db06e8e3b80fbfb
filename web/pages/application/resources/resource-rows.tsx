import { Link, type LinkProps } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { type RowKey, useRowFocus } from '../../../components/use-row-focus.ts';
import type { TreeRow } from '../../../model/resource-tree.ts';
import { healthViews, syncViews } from '../../../model/status.ts';
import { shortSummary } from '../../../model/summary.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { StatusIcon } from '../../../ui/status-icon.tsx';

interface ResourceRowsProps {
  rows: readonly TreeRow[];
  selected: string | undefined;
  link: (key: string) => LinkProps;
  onToggle: (key: string, isOpen: boolean) => void;
}

const rowHeight = 28;

/** Tree or list, line by line; only the lines that are looked at are in the page. */
export function ResourceRows({ rows, selected, link, onToggle }: ResourceRowsProps) {
  const place = useRef<HTMLUListElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 20,
    scrollMargin: place.current?.offsetTop ?? 0,
    getItemKey: index => rows[index]?.key ?? index,
  });
  const names = useMemo(() => rows.map(({ key }) => key), [rows]);
  const keys = useMemo<RowKey[]>(
    () => [
      { id: 'open', label: 'Open what is below', keys: 'l', run: key => onToggle(key, true) },
      { id: 'fold', label: 'Fold what is below', keys: 'h', run: key => onToggle(key, false) },
    ],
    [onToggle],
  );
  useRowFocus(place, names, index => virtual.scrollToIndex(index, { align: 'auto' }), keys);
  return (
    <ul
      ref={place}
      className="relative overflow-hidden rounded-lg border border-line bg-panel"
      style={{ height: virtual.getTotalSize() + 2 }}
    >
      {virtual.getVirtualItems().map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <li
            key={row.key}
            className={cx(
              'absolute inset-x-0 flex items-center gap-1.5 pr-3 hover:bg-raised has-[:focus-visible]:bg-accent-soft',
              row.key === selected && 'bg-accent-soft',
            )}
            style={{
              height: rowHeight,
              top: start - virtual.options.scrollMargin,
              paddingLeft: 6 + row.depth * 16,
            }}
          >
            <Fold row={row} onToggle={onToggle} />
            <Line row={row} isSelected={row.key === selected} link={link} onToggle={onToggle} />
          </li>
        );
      })}
    </ul>
  );
}

function Fold({ row, onToggle }: { row: TreeRow } & Pick<ResourceRowsProps, 'onToggle'>) {
  if (row.below === 0) return <span className="w-4 shrink-0" />;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-expanded={row.isOpen}
      aria-label={`${row.isOpen ? 'Fold' : 'Open'} ${row.kind} ${row.node?.id.name ?? ''}`}
      className="relative z-10 w-4 shrink-0 text-faint hover:text-fg"
      onClick={() => onToggle(row.key, !row.isOpen)}
    >
      <Icon name="chevron" className={cx('size-3.5 transition-transform', row.isOpen && 'rotate-90')} />
    </button>
  );
}

function Line({
  row,
  isSelected,
  link,
  onToggle,
}: { row: TreeRow; isSelected: boolean } & Pick<ResourceRowsProps, 'link' | 'onToggle'>) {
  const { node, worst, kind, below } = row;
  const health = healthViews[worst.health.status];
  const differs = worst.sync === 'OutOfSync';
  const status = (
    <span className="flex gap-1.5 self-center">
      <StatusIcon {...health} />
      {differs && <StatusIcon {...syncViews.OutOfSync} />}
    </span>
  );
  if (node === undefined) {
    return (
      <button
        type="button"
        data-row={row.key}
        className="flex min-w-0 flex-1 items-center gap-1.5 text-left"
        onClick={() => onToggle(row.key, !row.isOpen)}
      >
        {status}
        <span className="text-dim">
          {below} {kind}
        </span>
      </button>
    );
  }
  return (
    <Link
      {...link(node.key)}
      replace
      data-row={row.key}
      aria-current={isSelected ? 'true' : undefined}
      className="flex min-w-0 flex-1 items-baseline gap-1.5 after:absolute after:inset-0"
    >
      {status}
      <span className={cx('mono max-w-[65%] shrink-0 truncate', isSelected && 'font-semibold')} title={node.id.name}>
        {node.id.name}
      </span>
      <span className="shrink-0 text-dim">{kind}</span>
      <span className="ml-auto truncate pl-3 text-small text-faint" title={node.summary}>
        {shortSummary(node.summary)}
      </span>
    </Link>
  );
}
