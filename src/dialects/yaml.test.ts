import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml } from './yaml.ts';

test('documents with their positions', () => {
  const { documents } = parseYaml('a: 1\nb:\n  - c: 2\n    d: [x, y]\n---\n# nothing\n---\ne: 3\n');
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1, b: [{ c: 2, d: ['x', 'y'] }] }, { e: 3 }]);
  const [first, second] = documents;
  expect(first?.locate(['b', 0, 'd'])).toEqual({ line: 4, column: 5 });
  expect(first?.locate(['b', 0, 'd', 1])).toEqual({ line: 4, column: 12 });
  expect(first?.locate(['b', 0, 'missing'])).toEqual({ line: 3, column: 5 });
  expect(first?.locate(['b', 'x', 'y'])).toEqual({ line: 2, column: 1 });
  expect(second?.locate(['e'])).toEqual({ line: 8, column: 1 });
});

test('anchors and merges, as in Kubernetes', () => {
  const { documents } = parseYaml('base: &b {x: 1}\nuse: {<<: *b, y: 2}\n');
  expect(documents[0]?.value).toMatchObject({ use: { x: 1, y: 2 } });
});

test('whatever is written as YAML is read as it was', () => {
  const value = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 });
  fc.assert(
    fc.property(value, value => {
      const plain = JSON.parse(JSON.stringify(value));
      expect(parseYaml(stringify(plain)).documents[0]?.value).toEqual(plain);
      expect(parseYaml(JSON.stringify(plain)).documents[0]?.value).toEqual(plain);
    }),
  );
});

test('any text gives documents or a problem', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a:-[]{}&*!|>\'"%@`#\n\t ,?<~\\') }), text => {
      const { documents, problem } = parseYaml(text);
      expect(problem === undefined || documents.length === 0).toBe(true);
      if (problem) expect(problem.line).toBeGreaterThan(0);
    }),
  );
});

function aliasBomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < levels; i++) lines.push(`a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]`);
  return lines.join('\n');
}

test.each<[string, () => string]>([
  ['an alias bomb', () => aliasBomb(9)],
  ['a million aliases', () => `a: &a x\nb: [${Array(300_000).fill('*a')}]`],
  ['aliases in mappings', () => `a: &a x\n${Array.from({ length: 50_000 }, (_, i) => `k${i}: *a`).join('\n')}`],
  ['an alias of itself', () => 'a: &a [*a]'],
  ['an alias of nothing', () => 'a: *nothing'],
  ['lists in lists', () => '['.repeat(100_000)],
  ['lists in lists, closed', () => '['.repeat(5_000) + ']'.repeat(5_000)],
  ['mappings in mappings', () => '{a: '.repeat(100_000)],
  ['blocks in blocks', () => Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['blocks in blocks on one line', () => '- '.repeat(100_000)],
  ['a hundred thousand documents', () => '---\na: 1\n'.repeat(100_000)],
  ['one huge line', () => `a: ${'x'.repeat(3_000_000)}`],
  ['many small keys, too large', () => 'a: 1\n'.repeat(300_000)],
  ['a key given twice', () => 'a: 1\na: 2'],
])('refuses %s, soon', (_, make) => {
  const text = make();
  const rss = process.memoryUsage.rss();
  const before = process.cpuUsage();
  const { documents, problem } = parseYaml(text);
  // Its own time: how busy the machine is does not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
  expect(documents).toEqual([]);
  expect(problem?.reason).toBeTruthy();
  expect(process.memoryUsage.rss() - rss).toBeLessThan(150 * 1024 * 1024);
});

test('names of built-in things are data', () => {
  const { documents } = parseYaml('__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}');
  expect(Object.keys(documents[0]?.value as object)).toEqual(['__proto__', 'constructor']);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
