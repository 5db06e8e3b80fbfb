import { expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../sources/memory-tree.ts';
import { readEnvironment } from './read.ts';

const good =
  'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: good}\nspec: {source: {repoURL: https://h/r, path: a}}\n';

function withSpec(spec: string, name = 'evil'): string {
  return `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

async function read(evil: MemoryFile) {
  const reading = await readEnvironment(memoryTree({ 'good.yaml': good, 'evil.yaml': evil }), '.', { title: 'x' });
  const evils = reading.applications.filter(({ name }) => name !== 'good');
  const goods = reading.applications.filter(({ name }) => name === 'good');
  expect(goods).toMatchObject([{ conditions: [], sources: [{ path: 'a' }] }]);
  return { ...reading, evils };
}

test.each<[string, MemoryFile]>([
  [
    'an alias bomb',
    `# argoproj.io/\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, c => `${c}: &${c} [${Array(9).fill(`*${String.fromCharCode(c.charCodeAt(0) - 1)}`)}]\n`)}`,
  ],
  ['a file that is too large', `${good}#${'x'.repeat(2_000_000)}`],
  ['no text at all', new Uint8Array([0xff, 0xfe, 0x00, 0x61])],
  ['a name that is a path', withSpec('{}', '../../etc')],
  ['a name with an end of line', withSpec('{}', '"a\\nb"')],
  ['a name of 300 characters', withSpec('{}', 'a'.repeat(300))],
  ['a name that is no text', withSpec('{}', '{a: b}')],
])('%s is a problem of its own file', async (_, evil) => {
  const { problems, evils, complete } = await read(evil);
  expect(evils).toEqual([]);
  expect(problems).toMatchObject([{ path: 'evil.yaml' }]);
  expect(complete).toBe(false);
});

const source = (fields: string) => `{source: {repoURL: https://h/r, path: a, ${fields}}}`;

test.each<[string, string]>([
  ['a path out of the repository', '{source: {repoURL: https://h/r, path: ../../proc/self}}'],
  ['an absolute path', '{source: {repoURL: https://h/r, path: /etc}}'],
  ['a path with a backslash', "{source: {repoURL: https://h/r, path: '..\\\\etc'}}"],
  ['a path with NUL', '{source: {repoURL: https://h/r, path: "a\\0b"}}'],
  ['an option for Git', '{source: {repoURL: "--upload-pack=touch x", path: a}}'],
  ['an option for ssh', '{source: {repoURL: "ssh://-oProxyCommand=x/", path: a}}'],
  ['a helper program', '{source: {repoURL: "ext::sh", path: a}}'],
  ['a host that is an option', '{source: {repoURL: "git@-oProxyCommand=x:y", path: a}}'],
  ['another protocol', '{source: {repoURL: "gopher://h/r", path: a}}'],
  ['a revision that is an option', source('targetRevision: --output=x')],
  ['a revision with an end of line', source('targetRevision: "a\\nb"')],
  ['a password in the address', '{source: {repoURL: "https://u:CANARY@h/r", path: a}}'],
  ['a token in the address', '{source: {repoURL: "https://github_pat_CANARY@h/r", path: a}}'],
  ['a plugin', source('plugin: {name: x}')],
  ['fields of the wrong type everywhere', '{source: [1], destination: 7, syncPolicy: x, project: {}}'],
  ['a list of a thousand wrong sources', `{sources: [${Array(1_000).fill('{repoURL: 1, x: 2}')}]}`],
])('%s stands in the way of its application only', async (_, spec) => {
  const before = process.cpuUsage();
  const { evils } = await read(withSpec(spec));
  // Its own time: how busy the machine is does not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
  expect(evils).toHaveLength(1);
  expect(evils[0]?.conditions.some(({ level }) => level === 'error')).toBe(true);
  expect(JSON.stringify(evils)).not.toContain('CANARY');
});

test('names of built-in things are no fields, words, or annotations that we know', async () => {
  const text = withSpec(
    `{source: {repoURL: https://h/r, path: a}, constructor: {a: 1}, syncPolicy: {syncOptions: [toString, __proto__]}}`,
  );
  const { evils } = await read(text.replace('{name: evil}', '{name: evil, finalizers: [constructor, __proto__]}'));
  expect(evils[0]?.conditions).toHaveLength(5);
  expect(Reflect.get({}, 'a')).toBeUndefined();
});

test('a link in place of a definition is not followed', async () => {
  expect((await read({ symlink: '../../etc/passwd' })).evils).toEqual([]);
});
