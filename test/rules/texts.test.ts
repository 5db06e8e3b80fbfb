import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

const pages = (await readdir(root)).filter(name => name.endsWith('.md'));
const texts = await Promise.all(pages.map(async page => ({ page, text: await readFile(join(root, page), 'utf8') })));
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

test('the first pages are there', () => {
  expect(pages.toSorted()).toEqual(['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md']);
});

test.each(texts)('$page: links lead somewhere', ({ text }) => {
  const links = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(([, link = '']) => link);
  expect(links.filter(link => !/^[a-z]+:/.test(link) && !existsSync(join(root, link)))).toEqual([]);
});

test.each(texts)('$page: files and folders of the code that it names are there', ({ text }) => {
  const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path);
  const homes = ['.', 'src', 'test'];
  const ours = named.filter(path => !path.startsWith('.'));
  expect(ours.filter(path => !homes.some(home => existsSync(join(root, home, path))))).toEqual([]);
});

test.each(texts)('$page: commands that it names are there', ({ text }) => {
  const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(named.filter(name => scripts[name] === undefined)).toEqual([]);
});
