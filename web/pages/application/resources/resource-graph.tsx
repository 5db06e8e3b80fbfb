import { Link, type LinkProps } from '@tanstack/react-router';
import { useMemo } from 'react';
import { graphOf } from '../../../model/resource-graph.ts';
import type { TreeRow } from '../../../model/resource-tree.ts';
import { healthViews, syncViews } from '../../../model/status.ts';
import { shortSummary } from '../../../model/summary.ts';
import { cx } from '../../../ui/cx.ts';
import { StatusIcon } from '../../../ui/status-icon.tsx';

interface ResourceGraphProps {
  rows: readonly TreeRow[];
  selected: string | undefined;
  link: (key: string) => LinkProps;
  onToggle: (key: string, isOpen: boolean) => void;
}

/** In pixels: a box, and from one to the next. */
const box = { width: 208, height: 44 };
const step = { x: 248, y: 54 };

/** What made what, from left to right. The same lines as the tree, folded alike. */
export function ResourceGraph({ rows, selected, link, onToggle }: ResourceGraphProps) {
  const { boxes, edges, columns, lines } = useMemo(() => graphOf(rows), [rows]);
  const width = columns * step.x;
  const height = lines * step.y;
  const topOf = (index: number) => (boxes[index]?.line ?? 0) * step.y;
  const leftOf = (index: number) => (boxes[index]?.column ?? 0) * step.x;
  return (
    <section
      aria-label="Graph of resources"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      className="max-h-[78vh] overflow-auto rounded-lg border border-line bg-panel p-4"
    >
      <div className="relative" style={{ width, height }}>
        <svg
          aria-hidden="true"
          width={width}
          height={height}
          className="absolute text-line-strong"
          fill="none"
          stroke="currentColor"
        >
          {edges.map(({ from, to }) => {
            const [x1, y1] = [leftOf(from) + box.width, topOf(from) + box.height / 2];
            const [x2, y2] = [leftOf(to), topOf(to) + box.height / 2];
            const middle = (x1 + x2) / 2;
            return <path key={`${from} ${to}`} d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />;
          })}
        </svg>
        {boxes.map(({ row }, index) => (
          <div
            key={row.key}
            className={cx(
              'absolute flex rounded-md border bg-panel hover:border-line-strong hover:bg-raised',
              row.key === selected ? 'border-accent bg-accent-soft' : 'border-line',
            )}
            style={{ left: leftOf(index), top: topOf(index), ...box }}
          >
            <Box row={row} link={link} onToggle={onToggle} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Box({ row, link, onToggle }: { row: TreeRow } & Pick<ResourceGraphProps, 'link' | 'onToggle'>) {
  const { node, worst, kind, below, isOpen } = row;
  const icons = (
    <span className="flex gap-1">
      <StatusIcon {...healthViews[worst.health.status]} />
      {worst.sync === 'OutOfSync' && <StatusIcon {...syncViews.OutOfSync} />}
    </span>
  );
  return (
    <>
      {node === undefined ? (
        <span className="flex min-w-0 flex-1 items-center gap-2 px-2.5">
          {icons} {below} {kind}
        </span>
      ) : (
        <Link
          {...link(node.key)}
          replace
          className="flex min-w-0 flex-1 items-center gap-2 px-2.5"
          title={node.id.name}
        >
          {icons}
          <span className="min-w-0 flex-1">
            <span className="mono block truncate">{node.id.name}</span>
            <span className="block truncate text-small text-dim">
              {kind} {shortSummary(node.summary)}
            </span>
          </span>
        </Link>
      )}
      {below > 0 && (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Fold' : 'Open'} ${kind} ${node?.id.name ?? ''}`}
          className="absolute top-1/2 -right-2.5 size-5 -translate-y-1/2 rounded-full border border-line bg-panel text-small leading-none text-dim hover:border-line-strong hover:text-fg"
          onClick={() => onToggle(row.key, !isOpen)}
        >
          {isOpen ? '−' : '+'}
        </button>
      )}
    </>
  );
}
