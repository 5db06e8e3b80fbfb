import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inside, RenderFiles } from './files.ts';
import { type Ask, Crash, Problem, type Request } from './protocol.ts';
import { Output } from './resource.ts';

const manifest = /\.(ya?ml|json)$/;

/** What a text in a manifest makes the renderer do: instead of an attack on it, its outcome. */
const misdeeds: [string, (request: Request) => never][] = [
  [
    '{{bomb}}',
    ({ budgets }) => {
      throw new Problem('RENDER_TIMEOUT', { ms: String(budgets.milliseconds) }, true);
    },
  ],
  [
    '{{crash}}',
    () => {
      throw new Crash(2, 'panic: it was told to');
    },
  ],
  [
    '{{memory}}',
    () => {
      throw new Crash(86, 'out of memory');
    },
  ],
  [
    '{{error}}',
    () => {
      throw new Problem('RENDER_FAILED', { reason: 'it was told to' });
    },
  ],
];

/** In the text of a manifest: the renderer never answers. */
export const hangs = '{{hang}}';

export interface Rendered {
  head: object;
  tails: Buffer[];
}

/** Renders plain directories of YAML and JSON, with the questions that the real renderer asks. */
export async function render(request: Request, ask: Ask, blobs: Map<string, Buffer>): Promise<Rendered> {
  if (request.sourceType !== 'directory') {
    throw new Problem('RENDER_FAILED', { reason: `the model renderer knows no ${request.sourceType}` });
  }
  const files = new RenderFiles(ask, blobs);
  const output = new Output(request);
  const selected = await select(files, request);
  const contents = await files.readAll(selected, request.budgets.fileBytes);
  for (const [i, path] of selected.entries()) {
    const text = contents[i]?.toString('utf8') ?? '';
    if (text.includes(hangs)) await new Promise(() => {});
    for (const [word, misdeed] of misdeeds) if (text.includes(word)) misdeed(request);
    for (const value of documents(text, path)) output.add(value, path);
  }
  const made = output.resources;
  return {
    head: {
      type: 'result',
      // Go writes an empty list as null.
      resources: made.length === 0 ? null : made.map(({ head }) => head),
      warnings: output.warnings.length === 0 ? null : output.warnings,
      reads: files.learned(),
      missing: null,
      random: false,
    },
    tails: made.map(({ body }) => body),
  };
}

async function select(files: RenderFiles, request: Request): Promise<string[]> {
  const { recurse = false, include = '', exclude = '' } = request.directory;
  const included = include === '' ? undefined : globOf(include);
  const excluded = exclude === '' ? undefined : globOf(exclude);
  const selected: string[] = [];
  async function walk(directory: string, relative: string): Promise<void> {
    const { path, entries } = await files.list(directory);
    for (const { name, type } of entries) {
      const shown = posix.join(relative, name);
      if (type === 'directory' && recurse) await walk(posix.join(path, name), shown);
      if (type !== 'file' && type !== 'symlink') continue;
      if (name.startsWith('.argocd-source') || !manifest.test(name)) continue;
      if (included?.test(shown) === false || excluded?.test(shown)) continue;
      if (type === 'symlink' && (await files.find(posix.join(path, name))).node?.type !== 'file') continue;
      selected.push(posix.join(path, name));
    }
  }
  await walk(inside(request.path), '');
  return selected;
}

function globOf(pattern: string): RegExp {
  const plain = pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${plain.replace(/\{([^}]*)\}/g, (_, inner: string) => `(?:${inner.replaceAll(',', '|')})`)}$`);
}

function documents(text: string, file: string): unknown[] {
  if (text.trimStart().startsWith('{')) {
    try {
      return [JSON.parse(text)];
    } catch {
      // Perhaps it is YAML in flow style.
    }
  }
  const found = parseAllDocuments(text);
  if (!Array.isArray(found)) return [];
  return found.map(document => {
    const [error] = document.errors;
    if (error !== undefined) throw new Problem('RENDER_INVALID', { file, reason: error.message.split('\n')[0] ?? '' });
    return document.toJS() as unknown;
  });
}
