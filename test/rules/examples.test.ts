import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { testCli } from '../../src/cli/testing/cli.ts';
import { parseConfig } from '../../src/config/read.ts';
import { readHoldfastFile } from '../../src/dialects/holdfast/read.ts';
import { root } from './sources.ts';

// What the pages show has to work when it is copied.

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)]
  .filter(path => path.endsWith('.md'))
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const blocks = (language: string) =>
  pages.flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => ({
      path,
      block,
    })),
  );
const environments = blocks('yaml').filter(({ block }) => block.includes('kind: Environment'));
const configurations = blocks('yaml').filter(({ block }) => /^repo: /m.test(block));

/** As an editor does it: by the JSON Schema that is shipped, and nothing else. */
function problemsBySchema(name: string, text: string): unknown[] {
  const schema = JSON.parse(readFileSync(join(root, 'docs/schema', name), 'utf8'));
  return z.fromJSONSchema(schema).safeParse(parse(text)).error?.issues ?? [];
}

test('there are examples of both files', () => {
  expect(environments.length).toBeGreaterThanOrEqual(2);
  expect(configurations.length).toBeGreaterThanOrEqual(1);
});

test.each(environments)('$path: its holdfast.yaml is read without a mistake, and its schema says so', ({ block }) => {
  expect(readHoldfastFile(block, 'holdfast.yaml')).toHaveProperty('file');
  expect(problemsBySchema('holdfast.schema.json', block)).toEqual([]);
});

test.each(configurations)('$path: its configuration is read without a mistake, and its schema says so', ({ block }) => {
  expect(parseConfig(block, 'holdfast-operator.yaml', {}).repo).not.toBe('');
  expect(problemsBySchema('holdfast-operator.schema.json', block)).toEqual([]);
});

test.each([
  ['holdfast.schema.json', environments[0]?.block.replace('applications:', 'aplications:')],
  ['holdfast.schema.json', environments[0]?.block.replace('path: apps/shop', 'path: 7')],
  ['holdfast-operator.schema.json', configurations[0]?.block.replace('repo:', 'repoURL:')],
])('an editor with %s marks a mistake', (name, text = '') => {
  expect(problemsBySchema(name, text)).not.toEqual([]);
});

test.each(pages)('$path: the commands that it shows are understood', ({ text }) => {
  const program = createProgram(testCli());
  const wrong: string[] = [];
  for (const [, line = ''] of text.matchAll(/bin\/holdfast ([^`\n#|]+)/g)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'COMMAND') continue;
    const first = program.commands.find(one => one.name() === words[0]);
    const command = first?.commands.find(one => one.name() === words[1]) ?? first;
    const known = [...(command?.options ?? []), ...program.options].flatMap(({ short, long }) => [short, long]);
    const flags = words.filter(word => /^--?[a-z]/.test(word));
    if (command === undefined || flags.some(flag => !known.includes(flag))) wrong.push(line);
  }
  expect(wrong).toEqual([]);
});

test('the schema that pages name is there', () => {
  for (const { block } of blocks('yaml')) {
    const [, path] = /\$schema=(\S+)/.exec(block) ?? [];
    if (path !== undefined) expect(existsSync(join(root, path)), path).toBe(true);
  }
});
