import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// docs/security.md says where each attack is tried: there has to be something there.

const classes = ['auth', 'authz', 'leak', 'SSRF', 'XSS', 'CSRF', 'webhook', 'path', 'exec', 'DoS', 'machine', 'audit'];
const text = readFileSync('docs/security.md', 'utf8');
const rows = text
  .slice(text.indexOf('| what the attacker does |'))
  .split('\n')
  .slice(2)
  .filter(line => line.startsWith('|'))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, attack = '', kind = '', where = '']) => ({ attack, kind, where }));
const testsOf = (where: string) => [...where.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path);

test('every attack is tried by a test that is there, or it is said why not', () => {
  const wrong = rows.filter(({ where }) => {
    if (where.startsWith('not applicable: ')) return testsOf(where).some(path => !existsSync(path));
    const paths = testsOf(where);
    return paths.length !== 1 || where !== `\`${paths[0]}\`` || !existsSync(paths[0] ?? '');
  });
  expect(wrong).toEqual([]);
});

test('every class has its rows, and no row another class', () => {
  expect([...new Set(rows.map(({ kind }) => kind))]).toEqual(classes);
});

test('every test of an attack is named', () => {
  const named = new Set(rows.flatMap(({ where }) => testsOf(where)));
  expect(globSync('test/attacks/*.test.ts').filter(path => !named.has(path))).toEqual([]);
});
