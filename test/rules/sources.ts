import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root of the repository: `src/plan/plan.ts`. */
  path: string;
  text: string;
  /** The text without its comments. */
  code: string;
}

/** All files below the folders with one of the endings, without those that a build or an installation made. */
export function sourceFiles(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  return folders
    .flatMap(folder => pathsBelow(folder))
    .flatMap(path => {
      if (!endings.some(ending => path.endsWith(ending))) return [];
      const text = readFileSync(join(root, path), 'utf8');
      return [{ path, text, code: withoutComments(text) }];
    });
}

/** Files of the program itself: no tests, nothing that only tests use. */
export function programFiles(): SourceFile[] {
  return sourceFiles(['src'], ['.ts']).filter(({ path }) => !/\.test\.ts$|(^|\/)testing(\.ts$|\/)/.test(path));
}

export interface Import {
  from: string;
  typeOnly: boolean;
}

/** What a file imports or exports again, as it is written; dynamic imports with a constant name, too. */
export function importsOf(code: string): Import[] {
  const imports: Import[] = [];
  for (const [, kind = '', names = '', from = ''] of code.matchAll(
    /^\s*(import|export)\b([^'";]*?)\bfrom\s*'([^']+)'/gms,
  )) {
    const clauses = /\{([^}]*)\}/.exec(names)?.[1]?.split(',') ?? [];
    const named = clauses.map(clause => clause.trim()).filter(clause => clause !== '');
    const eachTyped = named.length > 0 && named.every(clause => clause.startsWith('type ')) && kind === 'import';
    imports.push({ from, typeOnly: /^\s*type\b/.test(names) || eachTyped });
  }
  for (const [, from = ''] of code.matchAll(/^\s*import\s*'([^']+)'/gm)) imports.push({ from, typeOnly: false });
  for (const [, from = ''] of code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) imports.push({ from, typeOnly: false });
  return imports;
}

/** Comments begin a line, or follow code after a space: enough for files that the formatter has seen. */
function withoutComments(text: string): string {
  return text
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '')
    .replace(/\s\/\*\*? .*? \*\/$/gm, '');
}

const skipped = new Set([
  'node_modules',
  '.git',
  'dist',
  'dist.new',
  'coverage',
  '.holdfast',
  '.world',
  '.screenshots',
]);

function pathsBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (skipped.has(entry.name)) return [];
    return entry.isDirectory() ? pathsBelow(path) : entry.isFile() ? [path] : [];
  });
}
