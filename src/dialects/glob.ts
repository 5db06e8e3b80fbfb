type Part =
  | { is: 'star' | 'deep' | 'any' }
  | { is: 'char'; char: string }
  | { is: 'class'; negated: boolean; ranges: [string, string][] };

const maxAlternatives = 256;

/**
 * Globs as Argo CD's project rules use them: `*`, `**`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, `\` before a character meant as itself.
 * With a separator, `*` and `?` stop at it and `**` does not. Takes pattern × text steps at most: there is no pattern to hang it.
 */
export function globMatches(pattern: string, text: string, separator = ''): boolean {
  return compileGlob(pattern, separator)(text);
}

/** The same, for patterns that are used again and again. */
export function compileGlob(pattern: string, separator = ''): (text: string) => boolean {
  const compiled = alternatives(pattern).map(parse);
  return text => compiled.some(parts => matches(parts, text, separator));
}

function matches(parts: readonly Part[], text: string, separator: string): boolean {
  let states = settle(new Set([0]), parts);
  for (const char of text) {
    const next = new Set<number>();
    for (const state of states) {
      const part = parts[state];
      if (part === undefined || !accepts(part, char, separator)) continue;
      next.add(part.is === 'star' || part.is === 'deep' ? state : state + 1);
    }
    if (next.size === 0) return false;
    states = settle(next, parts);
  }
  return states.has(parts.length);
}

/** Stars may match nothing: whoever is at one is also behind it. */
function settle(states: Set<number>, parts: readonly Part[]): Set<number> {
  for (const state of states) {
    const part = parts[state];
    if (part?.is === 'star' || part?.is === 'deep') states.add(state + 1);
  }
  return states;
}

function accepts(part: Part, char: string, separator: string): boolean {
  if (part.is === 'deep') return true;
  if (part.is === 'char') return part.char === char;
  if (separator !== '' && char === separator) return false;
  if (part.is !== 'class') return true;
  return part.ranges.some(([from, to]) => from <= char && char <= to) !== part.negated;
}

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string;
    if (char === '*') {
      const deep = chars[i + 1] === '*';
      if (deep) i++;
      parts.push({ is: deep ? 'deep' : 'star' });
    } else if (char === '?') parts.push({ is: 'any' });
    else if (char === '[') {
      const end = chars.indexOf(']', i + 2);
      if (end < 0) parts.push({ is: 'char', char });
      else {
        parts.push(parseClass(chars.slice(i + 1, end)));
        i = end;
      }
    } else {
      const escaped = char === '\\' && i + 1 < chars.length;
      if (escaped) i++;
      parts.push({ is: 'char', char: chars[i] as string });
    }
  }
  return parts;
}

function parseClass(chars: string[]): Part {
  const negated = chars[0] === '!' || chars[0] === '^';
  const members = negated ? chars.slice(1) : chars;
  const ranges: [string, string][] = [];
  for (let i = 0; i < members.length; i++) {
    const from = members[i] as string;
    const to = members[i + 1] === '-' ? members[i + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) i += 2;
  }
  return { is: 'class', negated, ranges };
}

/** `a{b,c}d` → `abd`, `acd`. Bounded: alternatives beyond the limit match nothing. */
function alternatives(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = innermostBraces(next);
    if (braces === undefined) done.push(next);
    else {
      const choices = next.slice(braces.from + 1, braces.to).split(',');
      if (done.length + open.length + choices.length > maxAlternatives) return done;
      for (const choice of choices) open.push(next.slice(0, braces.from) + choice + next.slice(braces.to + 1));
    }
  }
  return done;
}

function innermostBraces(text: string): { from: number; to: number } | undefined {
  let from = -1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') from = i;
    else if (text[i] === '}' && from >= 0) return { from, to: i };
  }
  return undefined;
}
