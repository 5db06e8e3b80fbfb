import { textIn } from '../util/search.ts';

/** How a list is shown; the table unless the address says otherwise. */
export type ListView = 'tiles';

export function viewOf(search: Record<string, unknown>): { view?: ListView } {
  return textIn(search.view) === 'tiles' ? { view: 'tiles' } : {};
}
