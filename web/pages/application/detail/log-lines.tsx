import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { exactTime } from '../../../model/time.ts';
import { Button } from '../../../ui/button.tsx';
import type { NumberedLine } from './use-logs.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Stays at the end, as long as one does not scroll away from it. */
export function LogLines({ lines, isOver }: { lines: readonly NumberedLine[]; isOver: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => 19,
    overscan: 30,
    getItemKey: index => lines[index]?.number ?? index,
  });
  const last = lines.at(-1)?.number;
  useEffect(() => {
    if (isAtEnd && last !== undefined) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isAtEnd, last, lines.length, virtual]);

  return (
    <div className="relative">
      <section
        ref={place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        aria-label="Output"
        className="mono h-[55vh] overflow-auto rounded-md border border-line bg-bg"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < 40)
        }
      >
        <div className="relative min-w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            if (line === undefined) return null;
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="absolute inset-x-0 flex gap-3 px-2.5 hover:bg-raised"
                style={{ top: start }}
              >
                {line.at !== undefined && (
                  <time
                    dateTime={new Date(line.at).toISOString()}
                    title={exactTime(line.at)}
                    className="shrink-0 text-faint"
                  >
                    {clock.format(line.at)}
                  </time>
                )}
                <span className="min-w-0 break-words whitespace-pre-wrap">{line.text}</span>
              </div>
            );
          })}
        </div>
        {lines.length === 0 && (
          <p className="p-3 font-sans text-dim">
            {isOver ? 'It printed nothing like this.' : 'Waiting for what it prints.'}
          </p>
        )}
      </section>
      {!isAtEnd && (
        <div className="absolute right-4 bottom-3">
          <Button onClick={() => setAtEnd(true)}>To the end</Button>
        </div>
      )}
    </div>
  );
}
