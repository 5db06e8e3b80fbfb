import { type RefObject, useMemo, useRef } from 'react';
import type { Command } from '../model/commands.ts';
import { useCommands } from './commands.ts';

export interface RowKey {
  id: string;
  label: string;
  keys: string;
  /** With the row that has the keyboard's attention. */
  run: (key: string) => void;
}

/** The focused row is a link: the keyboard needs no help. */
export const opensByEnter: Command = {
  ...{ id: 'open row', label: 'Open', keys: 'enter', isKeyOnly: true, isNative: true },
  run() {},
};

/**
 * j and k move the keyboard's attention from row to row: to what has `data-row` with the row's key. `scrollTo` brings a row into the
 * page that is not there yet. `more`: what one can do with a row; the same list each time.
 */
export function useRowFocus(
  place: RefObject<HTMLElement | null>,
  rows: readonly string[],
  scrollTo: (index: number) => void,
  more: readonly RowKey[] = none,
): void {
  // As they are when a key is pressed: commands that changed with every row would be added anew all the time.
  const now = useRef({ rows, scrollTo });
  now.current = { rows, scrollTo };

  const commands = useMemo<Command[]>(() => {
    // Who types fast is ahead of what is drawn.
    let coming: string | undefined;
    const present = () => coming ?? document.activeElement?.getAttribute('data-row') ?? '';
    const move = (step: number) => () => {
      const { rows, scrollTo } = now.current;
      const next = Math.min(Math.max(rows.indexOf(present()) + step, 0), rows.length - 1);
      scrollTo(next);
      coming = rows[next];
      // The row is in the page once that is drawn.
      requestAnimationFrame(() => {
        coming = undefined;
        focusRow(place.current, rows[next]);
      });
    };
    return [
      { id: 'next', label: 'Next row', keys: 'j', run: move(1), isKeyOnly: true },
      { id: 'previous', label: 'Row before', keys: 'k', run: move(-1), isKeyOnly: true },
      opensByEnter,
      ...more.map(({ run, ...one }) => ({
        ...one,
        isKeyOnly: true,
        run: () => {
          if (now.current.rows.includes(present())) run(present());
        },
      })),
    ];
  }, [place, more]);
  useCommands('Rows', commands);
}

const none: readonly RowKey[] = [];

function focusRow(place: HTMLElement | null, key: string | undefined): void {
  if (key !== undefined) place?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus();
}
