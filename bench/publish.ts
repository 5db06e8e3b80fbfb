import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './measure/machine.ts';
import type { Row } from './row.ts';
import { markdown } from './table.ts';

const docs = join(import.meta.dirname, '../docs');
const page = join(docs, 'performance.md');

/** What one workload gave, when and where. */
interface Measured {
  day: string;
  machine: string;
  rows: Row[];
}

/** What there are places for in the page. Each is written from a file beside it, so that one workload can be measured again alone. */
const places = {
  results: {
    begin: '<!-- results: written by npm run bench -- --publish -->',
    file: join(docs, 'performance/results.json'),
    pictures: '',
  },
  growth: {
    begin: '<!-- growth: written by npm run bench -- --grow --publish -->',
    file: join(docs, 'performance/growth.json'),
    pictures: `![First sync by number of applications](performance/applications.svg)

![First sync by number of objects in an application](performance/objects.svg)

`,
  },
} as const;

/** Puts the results of these workloads in the page, in their order, beside those of others from before. */
export async function publish(
  results: ReadonlyMap<string, Row[]>,
  place: keyof typeof places,
  order: readonly string[],
): Promise<void> {
  const { begin, file, pictures } = places[place];
  const measured = await known(file);
  const today = { day: new Date().toISOString().slice(0, 10), machine: describeMachine() };
  for (const [workload, rows] of results) measured[workload] = { ...today, rows };
  await mkdir(join(docs, 'performance'), { recursive: true });
  await writeFile(file, `${JSON.stringify(measured, undefined, 1)}\n`);

  const text = await readFile(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- end of ${place} -->`)];
  if (from === -1 || to < from) throw new Error(`${page} has no place for ${place}`);
  const chosen = order.flatMap(workload => measured[workload] ?? []);
  const when = [...new Set(chosen.map(({ day, machine }) => `${day}, ${machine}`))].join('; ');
  const table = markdown(chosen.flatMap(({ rows }) => rows));
  await writeFile(page, `${text.slice(0, from)}${begin}\n\n${when}.\n\n${pictures}${table}\n${text.slice(to)}`);
}

async function known(file: string): Promise<Record<string, Measured>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, Measured>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
