import { useCommands } from './commands.ts';
import { opensByEnter } from './use-row-focus.ts';

/**
 * j and k for a page whose rows are all in it, or near what is looked at: they go to the first link of whatever has `data-row` in the
 * main part, in the order of the page; to the row itself where it leads nowhere (give it tabIndex −1 then). For long lists that are
 * drawn line by line: `useRowFocus`.
 */
export function useListKeys(): void {
  useCommands('Rows', commands);
}

const commands = [
  { id: 'next', label: 'Next row', keys: 'j', run: () => move(1), isKeyOnly: true },
  { id: 'previous', label: 'Row before', keys: 'k', run: () => move(-1), isKeyOnly: true },
  opensByEnter,
];

function move(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('#main [data-row]')];
  const present = rows.findIndex(row => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(present + step, 0), rows.length - 1)];
  const leads = next?.matches('a') ? next : next?.querySelector<HTMLElement>('a');
  (leads ?? next)?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
