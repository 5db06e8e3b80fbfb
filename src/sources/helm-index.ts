import { parse } from 'yaml';
import { z } from 'zod';

const chartVersion = z.object({
  version: z.string().max(200),
  urls: z.array(z.string().max(2048)).min(1),
  digest: z.string().max(100).nullish(),
});
export type ChartVersion = z.infer<typeof chartVersion>;

const wholeIndex = z.object({ entries: z.record(z.string(), z.array(z.unknown()).nullable()) });

const maxVersions = 10_000;
/** An index of unusual layout is parsed as a whole, up to this size. */
const maxUnusual = 2 * 1024 * 1024;

export class IndexError extends Error {}

/**
 * The versions of one chart in an `index.yaml`; undefined when it has no such chart. Indexes are tens of megabytes long, which takes a
 * YAML parser seconds: where it has the layout that Helm writes, only the lines that count are cut out and parsed.
 */
export function chartVersions(index: string, name: string): ChartVersion[] | undefined {
  const entries = /^\s*\{/.test(index) ? undefined : /^entries:[ \t]*\r?$/m.exec(index);
  if (entries === null || entries === undefined) return fromWhole(index, name);
  const block = chartLines(index, entries.index + entries[0].length, name);
  if (block === undefined) return undefined;
  return items(block).map(lines => version(parseYaml(lines.join('\n'))));
}

function fromWhole(index: string, name: string): ChartVersion[] | undefined {
  const json = /^\s*\{/.test(index);
  if (!json && index.length > maxUnusual) throw new IndexError('it has an unusual layout');
  let read: unknown;
  try {
    read = json ? JSON.parse(index) : parseYaml(index);
  } catch {
    throw new IndexError('it is neither YAML nor JSON');
  }
  const whole = wholeIndex.safeParse(read);
  if (!whole.success) throw new IndexError('it has no entries');
  const found = Object.hasOwn(whole.data.entries, name) ? whole.data.entries[name] : undefined;
  return found?.slice(0, maxVersions).map(version);
}

function version(value: unknown): ChartVersion {
  const parsed = chartVersion.safeParse(value);
  if (!parsed.success) throw new IndexError('an entry lacks its version or its urls');
  return parsed.data;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, schema: 'failsafe' });
  } catch {
    throw new IndexError('an entry is no YAML');
  }
}

function* linesFrom(text: string, from: number): Generator<string> {
  for (let at = from; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const stop = end === -1 ? text.length : end;
    yield text.slice(at, text[stop - 1] === '\r' ? stop - 1 : stop);
    at = stop + 1;
  }
}

const indentOf = (line: string) => line.length - line.trimStart().length;
const isBlank = (line: string) => /^\s*(#|$)/.test(line);

/** The lines below `  name:`, of the mapping that begins at `from`. */
function chartLines(index: string, from: number, name: string): string[] | undefined {
  let indent = -1;
  let block: string[] | undefined;
  for (const line of linesFrom(index, from)) {
    if (isBlank(line)) continue;
    const depth = indentOf(line);
    if (indent === -1) indent = depth;
    if (depth === 0 || depth < indent) break;
    if (depth === indent && line[depth] !== '-') {
      if (block !== undefined) return block;
      const key = line.slice(depth).replace(/\s*:\s*(#.*)?$/, '');
      if (unquoted(key) === name) block = [];
    } else block?.push(line);
  }
  return block;
}

function unquoted(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}

/** For each item of a list of mappings: the lines of the keys that count. */
function items(block: readonly string[]): string[][] {
  const dash = indentOf(block[0] ?? '');
  const found: string[][] = [];
  let keys = 0;
  let wanted = false;
  for (const line of block) {
    const isItem = indentOf(line) === dash && line[dash] === '-';
    const text = isItem ? `${line.slice(0, dash)} ${line.slice(dash + 1)}` : line;
    if (isItem) {
      if (found.length === maxVersions) break;
      found.push([]);
      keys = indentOf(text);
    }
    const depth = indentOf(text);
    if (depth === keys && text[depth] !== '-') wanted = /^["']?(version|urls|digest)["']?\s*:/.test(text.slice(depth));
    if (wanted) found.at(-1)?.push(text.slice(keys));
  }
  return found;
}
