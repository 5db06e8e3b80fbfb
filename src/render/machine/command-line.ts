/** Thrown for a command line that cannot be run without a shell; `column` counts from 1 within the text. */
export class CommandLineError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

const needsShell: Record<string, string> = {
  '|': 'a pipe',
  '&': 'a background command or &&',
  ';': 'a second command',
  '<': 'a redirection',
  '>': 'a redirection',
  '(': 'a subshell',
  ')': 'a subshell',
  '`': 'a command substitution',
  '*': 'a file pattern',
  '?': 'a file pattern',
  '[': 'a file pattern',
};

const advice = "write it as sh -c '…' if a shell is meant";
const variable = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/;

/**
 * Splits a command line into words as a POSIX shell would (quotes, backslashes, `$NAME`, `${NAME}`), but runs nothing and
 * guesses nothing: whatever only a shell can do is an error. The value of a variable is never split or read again.
 */
export function splitCommandLine(line: string, env: Readonly<Record<string, string>>): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  let at = 0;
  const fail = (what: string): never => {
    throw new CommandLineError(what, at + 1);
  };
  while (at < line.length) {
    const char = line.charAt(at);
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word = (word ?? '') + char;
      at++;
      continue;
    }
    if (char === '\\') {
      const next = line.charAt(at + 1);
      if (next === '') fail('a backslash at the end');
      // Inside double quotes only these lose their meaning; the backslash stays before anything else.
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
      at += 2;
      continue;
    }
    if (char === '$') {
      const [text, value] = expand(line.slice(at), env, fail);
      word = (word ?? '') + value;
      at += text.length;
      continue;
    }
    if (quote === '"') {
      if (char === '`') fail(`a command substitution needs a shell: ${advice}`);
      if (char === '"') quote = undefined;
      else word = (word ?? '') + char;
      at++;
      continue;
    }
    if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const what = needsShell[char];
      if (what !== undefined) fail(`${what} (${char}) needs a shell: ${advice}`);
      if (word === undefined && char === '#') fail(`a comment (#) is not understood here: ${advice}`);
      if (word === undefined && char === '~') fail(`a home directory (~) needs a shell: ${advice}`);
      word = (word ?? '') + char;
    }
    at++;
  }
  if (quote !== undefined) fail(`a quote (${quote}) is not closed`);
  if (word !== undefined) words.push(word);
  at = 0;
  if (words.length === 0 || words[0] === '') fail('there is no command');
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0] ?? ''))
    fail('variables are set in the .env file, not before the command');
  return words;
}

function expand(
  rest: string,
  env: Readonly<Record<string, string>>,
  fail: (what: string) => never,
): [text: string, value: string] {
  const found = variable.exec(rest);
  if (found === null) {
    if (/^\$(\s|"|$)/.test(rest)) return ['$', '$'];
    return fail(`${rest.slice(0, 2)} needs a shell: ${advice}`);
  }
  const name = found[1] ?? found[2] ?? '';
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) return fail(`the variable ${name} is not declared; declare it in the .env file`);
  return [found[0], value];
}
