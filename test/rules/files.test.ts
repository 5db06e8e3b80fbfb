import { expect, test } from 'vitest';
import { programFiles, sourceFiles } from './sources.ts';

function lines(text: string): number {
  return text.split('\n').length - 1;
}

test.each([
  ['src, test and scripts', ['src', 'test', 'scripts'], ['.ts', '.js'], 300],
  // Go takes three lines for every error.
  ['renderer', ['renderer'], ['.go'], 400],
] as const)('no file in %s is too long', (_, folders, endings, longest) => {
  // Tables of facts, and of cases, may be as long as there are facts.
  const tables = /^src\/errors\.ts$|[._]test\.(ts|go)$/;
  const long = sourceFiles(folders, endings).filter(({ path, text }) => lines(text) > longest && !tables.test(path));
  expect(long.map(({ path, text }) => `${path}: ${lines(text)}`)).toEqual([]);
});

test('most files are short', () => {
  const lengths = programFiles()
    .map(({ text }) => lines(text))
    .toSorted((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  console.info(
    `${lengths.length} files in src, ${lengths.reduce((a, b) => a + b, 0)} lines, median ${median}, longest ${lengths.at(-1)}`,
  );
  expect(median).toBeLessThanOrEqual(100);
});

test('nothing of the workplace and nothing unfinished is left in files', () => {
  const words: [string, RegExp][] = [
    ['a path of the machine it was written on', /(?<![\w.}])\/(work|tmp\/hf|home\/\w+|root)\//],
    // Written so that this file does not name them.
    ['an unfinished thing', new RegExp(`\\b(?:${['TO', 'FIX', 'XX'].join('|')})(?:DO|ME|X)\\b`)],
    ['a test that runs alone or not at all', /\b(test|it|describe)\.(only|skip|todo)\b/],
    ['a debugger', /^\s*debugger\b/m],
  ];
  const files = sourceFiles(
    ['src', 'test', 'scripts', 'docs', 'renderer', 'bin'],
    ['.ts', '.js', '.go', '.md', '.json', '.yaml', '.yml'],
  );
  const found = files.flatMap(({ path, text }) =>
    words
      .filter(([, pattern]) => path !== 'test/rules/files.test.ts' && pattern.test(text))
      .map(([what]) => `${path}: ${what}`),
  );
  expect(found).toEqual([]);
});
