import { failure } from '../../errors.ts';

const assignment = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)$/;
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };
const maxLines = 5_000;

/**
 * Reads a `.env` file strictly: `NAME=value`, `NAME='as it is'`, `NAME="with \n escapes"`, comments. No expansion, no
 * lines that span lines, no name twice. Throws RENDER_PROCFILE_INVALID with line and column, never with the value.
 */
export function parseDotenv(file: string, text: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  const lines = text.split('\n');
  if (lines.length > maxLines) throw invalid(file, maxLines, 1, `more than ${maxLines} lines`);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, '');
    if (/^[ \t]*(#.*)?$/.test(line)) continue;
    const number = index + 1;
    const indent = line.length - line.trimStart().length;
    const found = assignment.exec(line.trimStart());
    const [, name, rest] = found ?? [];
    if (name === undefined || rest === undefined) throw invalid(file, number, indent + 1, 'expected NAME=value');
    if (name.startsWith('HOLDFAST_')) throw invalid(file, number, indent + 1, `${name} is set by Holdfast itself`);
    if (Object.hasOwn(values, name)) throw invalid(file, number, indent + 1, `${name} is set twice`);
    const column = line.length - rest.length + 1;
    if (line.includes('\0')) throw invalid(file, number, column, 'a value cannot hold a NUL byte');
    values[name] = readValue(rest, reason => invalid(file, number, column, reason));
  }
  return { ...values };
}

function invalid(file: string, line: number, column: number, reason: string): Error {
  return failure('RENDER_PROCFILE_INVALID', { file, line, column, reason });
}

function readValue(rest: string, fail: (reason: string) => Error): string {
  const quote = rest.charAt(0);
  if (quote !== '"' && quote !== "'") return rest.replace(/(^|[ \t])#.*$/, '').trimEnd();
  let value = '';
  for (let at = 1; at < rest.length; at++) {
    const char = rest.charAt(at);
    if (char === quote) {
      if (!/^[ \t]*(#.*)?$/.test(rest.slice(at + 1))) throw fail('there is text after the closing quote');
      return value;
    }
    if (quote === '"' && char === '\\') {
      const escaped = escapes[rest.charAt(++at)];
      if (escaped === undefined) throw fail(`\\${rest.charAt(at)} means nothing here; write \\\\ for a backslash`);
      value += escaped;
    } else {
      value += char;
    }
  }
  throw fail('the quote is not closed on this line');
}
