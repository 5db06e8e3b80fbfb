import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandLineError, splitCommandLine } from './command-line.ts';

const env = { PORT: '8080', EMPTY: '', SPACED: "two words; 'x' $PORT", __proto__: 'no' };

describe('splitCommandLine', () => {
  test.each<[line: string, words: string[]]>([
    ['node server.js', ['node', 'server.js']],
    ['  node\t server.js  ', ['node', 'server.js']],
    ['node --port $PORT', ['node', '--port', '8080']],
    [`node --port=\${PORT}0`, ['node', '--port=80800']],
    ['node \'$PORT\' "$PORT"', ['node', '$PORT', '8080']],
    ['echo $SPACED', ['echo', "two words; 'x' $PORT"]],
    ['echo $EMPTY', ['echo', '']],
    ['echo "" \'\'', ['echo', '', '']],
    ['a\\ b "c\\"d" "e\\nf"', ['a b', 'c"d', 'e\\nf']],
    ["sh -c 'exec a | b > c; d && e'", ['sh', '-c', 'exec a | b > c; d && e']],
    ['a"b"\'c\'d', ['abcd']],
    ['echo a#b x=y', ['echo', 'a#b', 'x=y']],
    ['echo cost$ "5$"', ['echo', 'cost$', '5$']],
    ['python -m http.server {a,b} !x', ['python', '-m', 'http.server', '{a,b}', '!x']],
  ])('%s', (line, words) => {
    expect(splitCommandLine(line, env)).toEqual(words);
  });

  test.each<[line: string, column: number, reason: RegExp]>([
    ['a | b', 3, /pipe/],
    ['a && b', 3, /&/],
    ['a; b', 2, /second command/],
    ['a > b', 3, /redirection/],
    ['a $(b)', 3, /needs a shell/],
    ['a `b`', 3, /command substitution/],
    ['a "`b`"', 4, /command substitution/],
    ['a *.js', 3, /file pattern/],
    ['~/bin/a', 1, /home directory/],
    ['a # b', 3, /comment/],
    ['A=1 b', 1, /\.env/],
    ['a $NOPE', 3, /NOPE is not declared/],
    ['a $constructor', 3, /not declared/],
    [`a \${PORT:-1}`, 3, /needs a shell/],
    ["a 'b", 5, /not closed/],
    ['a \\', 3, /backslash/],
    ['', 1, /no command/],
    ["'' a", 1, /no command/],
  ])('%s is refused at column %i', (line, column, reason) => {
    const error = caught(() => splitCommandLine(line, env));
    expect(error).toBeInstanceOf(CommandLineError);
    expect(error).toMatchObject({ column, message: expect.stringMatching(reason) });
  });

  test('single quotes carry any word through', () => {
    const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), words => {
        fc.pre(words[0] !== '' && !/^[A-Za-z_]\w*=/.test(words[0] ?? ''));
        expect(splitCommandLine(words.map(quote).join(' '), {})).toEqual(words);
      }),
    );
  });

  test('any text is split or refused, and the value of a variable is always one word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string(), (line, value) => {
        try {
          expect(splitCommandLine(line, {}).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandLineError);
        }
        expect(splitCommandLine('run $VALUE end', { VALUE: value })).toEqual(['run', value, 'end']);
      }),
    );
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
