import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './measure/machine.ts';
import type { Row } from './row.ts';
import { markdown } from './table.ts';

const page = join(import.meta.dirname, '../docs/performance.md');
const begin = '<!-- results: written by npm run bench -- --publish -->';
const end = '<!-- end of results -->';

/** Puts the results in their place in the page. */
export async function publish(rows: readonly Row[], quick: boolean): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${page} has no place for results`);
  const day = new Date().toISOString().slice(0, 10);
  const head = `${day}, ${describeMachine()}${quick ? '; small sizes (`--quick`)' : ''}.`;
  const results = `${begin}\n\n${head}\n\n${markdown(rows)}\n`;
  await writeFile(page, `${text.slice(0, from)}${results}${text.slice(to)}`);
}
