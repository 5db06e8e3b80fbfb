import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './measure/machine.ts';
import type { Row } from './row.ts';
import { markdown } from './table.ts';

const page = join(import.meta.dirname, '../docs/performance.md');
/** What there are places for in the page. */
export type Place = 'results' | 'growth';

const begins: Record<Place, string> = {
  results: '<!-- results: written by npm run bench -- --publish -->',
  growth: '<!-- growth: written by npm run bench -- --grow --publish -->',
};

const pictures = `![First sync by number of applications](performance/applications.svg)

![First sync by number of objects in an application](performance/objects.svg)
`;

/** Puts the results in their place in the page. */
export async function publish(rows: readonly Row[], place: Place): Promise<void> {
  const text = await readFile(page, 'utf8');
  const begin = begins[place];
  const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- end of ${place} -->`)];
  if (from === -1 || to < from) throw new Error(`${page} has no place for ${place}`);
  const day = new Date().toISOString().slice(0, 10);
  const parts = [begin, `${day}, ${describeMachine()}.`, ...(place === 'growth' ? [pictures] : []), markdown(rows)];
  await writeFile(page, `${text.slice(0, from)}${parts.join('\n\n')}\n${text.slice(to)}`);
}
