import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { DriftRow, Drifts } from '../../api/types.ts';
import { authorWords, type DriftBlock, driftBlocks, toggled } from '../../model/drift-groups.ts';
import { DriftOfApplication } from './drift-of-application.tsx';
import { DriftSelection } from './drift-selection.tsx';

interface DriftListProps {
  rows: readonly DriftRow[];
  about: Drifts['about'];
  authors: Drifts['authors'];
  /** Loads what follows; undefined when there is nothing, or it is coming. */
  more: (() => void) | undefined;
}

/** Whoever made it, and their applications: only those that are looked at are in the page, however many there are. */
export function DriftList({ rows, about, authors, more }: DriftListProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const blocks = useMemo(() => driftBlocks(rows), [rows]);
  const counts = new Map(authors.map(({ name, count }) => [name, count]));
  const virtual = useWindowVirtualizer({
    count: blocks.length,
    estimateSize: index => estimate(blocks[index]),
    overscan: 4,
    scrollMargin: place.current?.offsetTop ?? 0,
    getItemKey: index => blocks[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const isNearEnd = (items.at(-1)?.index ?? 0) >= blocks.length - 6;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);
  return (
    <>
      <div ref={place} className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const block = blocks[index];
          return (
            block !== undefined && (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0 pb-2.5"
                style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
              >
                {'group' in block ? (
                  <DriftOfApplication
                    group={block.group}
                    about={about[block.group.application]}
                    chosen={chosen}
                    onChoose={some => setChosen(toggled(chosen, some))}
                    isOpen={open.has(block.id)}
                    onOpen={() => setOpen(new Set([...open, block.id]))}
                  />
                ) : (
                  <AuthorTitle author={block.author} count={counts.get(block.author)} />
                )}
              </div>
            )
          );
        })}
      </div>
      <DriftSelection rows={rows} about={about} chosen={chosen} onClear={() => setChosen(new Set())} />
    </>
  );
}

function AuthorTitle({ author, count }: { author: string; count: number | undefined }) {
  return (
    <h2 className="flex items-baseline gap-2 pt-2">
      {authorWords(author)}
      {count !== undefined && (
        <span className="font-normal text-dim">
          {count === 1 ? '1 difference' : `${count.toLocaleString()} differences`}
        </span>
      )}
    </h2>
  );
}

/** Before it is measured: a line of a resource has two or three lines of text. */
function estimate(block: DriftBlock | undefined): number {
  return block !== undefined && 'group' in block ? 60 + Math.min(block.group.rows.length, 9) * 56 : 40;
}
