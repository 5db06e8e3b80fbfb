import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from './dotenv.ts';

describe('parseDotenv', () => {
  test.each<[text: string, values: Record<string, string>]>([
    ['A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['# comment\n\n  \nA=1\r\n', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['A = 1 # comment', { A: '1' }],
    ['A=1#2', { A: '1#2' }],
    ['A=', { A: '' }],
    ['A=#', { A: '' }],
    ["A='$B # \\n'", { A: '$B # \\n' }],
    ['A="x\\ny \\"q\\" \\$B \\\\" # c', { A: 'x\ny "q" $B \\' }],
    ['  A=1', { A: '1' }],
    ['A=a=b', { A: 'a=b' }],
  ])('%j', (text, values) => {
    expect(parseDotenv('.env', text)).toEqual(values);
  });

  test.each<[text: string, line: number, column: number, reason: RegExp]>([
    ['A=1\nnonsense', 2, 1, /NAME=value/],
    ['1A=x', 1, 1, /NAME=value/],
    ['A=1\n A=2', 2, 2, /set twice/],
    ['A="open', 1, 3, /not closed/],
    ["A='a' b", 1, 3, /after the closing quote/],
    ['A="\\x"', 1, 3, /means nothing/],
    ['HOLDFAST_MARK=x', 1, 1, /set by Holdfast/],
    ['A=a\0b', 1, 3, /NUL/],
  ])('%j is refused', (text, line, column, reason) => {
    expect(() => parseDotenv('.env', text)).toThrow(
      expect.objectContaining({
        code: 'RENDER_PROCFILE_INVALID',
        message: expect.stringMatching(new RegExp(`^\\.env:${line}:${column}: .*${reason.source}`)),
      }),
    );
  });

  test('an error never shows a value', () => {
    for (const text of ['A="CANARY', "A='CANARY' x", 'CANARY', 'A="CANARY\\x"', 'A=CANARY\nA=CANARY']) {
      expect(() => parseDotenv('.env', text)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('CANARY') }),
      );
    }
  });

  test('what is quoted comes back', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a="\'\\$#\n\r\t é€😀'), maxLength: 20 });
    const name = fc.constantFrom('A', 'b', 'C_1', '_D', 'LONG_NAME');
    fc.assert(
      fc.property(fc.dictionary(name, text, { maxKeys: 4 }), values => {
        const escaped = (value: string) =>
          value
            .replace(/["\\$]/g, '\\$&')
            .replaceAll('\n', '\\n')
            .replaceAll('\r', '\\r');
        const text = Object.entries(values).map(([key, value]) => `${key}="${escaped(value)}"`);
        expect(parseDotenv('.env', text.join('\n'))).toEqual({ ...values });
      }),
    );
  });
});
