import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedPages, stalePages } from '../../scripts/docs.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { root, sourceFiles } from './sources.ts';

test('the pages that are made from schemas and tables are current', async () => {
  expect(await stalePages(), 'run: node scripts/docs.ts').toEqual([]);
});

test('every error has its section, and every section its error', () => {
  const headings = [...(generatedPages().get('docs/errors.md') ?? '').matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
  expect(headings).toEqual(Object.keys(errorCatalogue).toSorted((a, b) => (a < b ? -1 : 1)));
});

test('links between pages lead somewhere', () => {
  const broken: string[] = [];
  for (const { path, text } of sourceFiles(['docs'], ['.md'])) {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)) {
      if (!/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(path), link))) broken.push(`${path}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});
