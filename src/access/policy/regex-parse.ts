import type { PatternProblem } from './match.ts';

export type Node =
  | { is: 'char'; accepts: (char: string) => boolean }
  | { is: 'begin' | 'end' }
  | { is: 'sequence' | 'choice'; nodes: Node[] }
  | { is: 'repeat'; node: Node; least: number; most: number | undefined };

const maxRepeat = 1_000;
const maxDepth = 100;

const sets: Record<string, (char: string) => boolean> = {
  d: char => /^[0-9]$/.test(char),
  D: char => !/^[0-9]$/.test(char),
  w: char => /^\w$/.test(char),
  W: char => !/^\w$/.test(char),
  s: char => /^[\t\n\f\r ]$/.test(char),
  S: char => !/^[\t\n\f\r ]$/.test(char),
};

class Refused extends Error {
  readonly at: number;
  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** What it does not know it refuses by name: an expression that is understood otherwise than it was meant gives rights away. */
export function parseRegex(text: string): Node | PatternProblem {
  const chars = [...text];
  let at = 0;
  let depth = 0;

  function choice(): Node {
    if (++depth > maxDepth) throw new Refused(at, 'is nested too deeply');
    const nodes = [sequence()];
    while (chars[at] === '|') {
      at++;
      nodes.push(sequence());
    }
    depth--;
    return { is: 'choice', nodes };
  }

  function sequence(): Node {
    const nodes: Node[] = [];
    while (at < chars.length && chars[at] !== '|' && chars[at] !== ')') nodes.push(repeated(atom()));
    return { is: 'sequence', nodes };
  }

  function atom(): Node {
    const start = at;
    const char = chars[at++] as string;
    if (char === '^') return { is: 'begin' };
    if (char === '$') return { is: 'end' };
    if (char === '.') return { is: 'char', accepts: one => one !== '\n' };
    if (char === '[') return { is: 'char', accepts: characterClass(start) };
    if (char === '\\') return { is: 'char', accepts: escaped(start) };
    if (char === '*' || char === '+' || char === '?')
      throw new Refused(start, `there is nothing that "${char}" repeats`);
    if (char !== '(') return { is: 'char', accepts: one => one === char };
    if (chars[at] === '?') {
      if (chars[at + 1] !== ':') throw new Refused(start, 'of groups with "(?", only "(?:" is understood');
      at += 2;
    }
    const inner = choice();
    if (chars[at++] !== ')') throw new Refused(start, '"(" is not closed');
    return inner;
  }

  function repeated(node: Node): Node {
    const start = at;
    const [whole, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(chars.slice(at, at + 12).join('')) ?? [];
    const char = chars[at] ?? '';
    if (whole !== undefined) at += whole.length;
    else if (char !== '' && '*+?'.includes(char)) at++;
    else return node;
    // Lazy ones match the same texts.
    if (chars[at] === '?') at++;
    if ('*+'.includes(chars[at] ?? ' ')) throw new Refused(at, 'what is repeated already cannot be repeated');
    if (whole === undefined) {
      return { is: 'repeat', node, least: char === '+' ? 1 : 0, most: char === '?' ? 1 : undefined };
    }
    const from = Number(least);
    const to = comma === '' ? from : most === '' ? undefined : Number(most);
    if (Math.max(from, to ?? 0) > maxRepeat || from > (to ?? from)) throw new Refused(start, 'is no usable count');
    return { is: 'repeat', node, least: from, most: to };
  }

  function escaped(start: number): (char: string) => boolean {
    const char = chars[at++];
    if (char === undefined) throw new Refused(start, 'there is nothing after the backslash');
    const set = Object.hasOwn(sets, char) ? sets[char] : undefined;
    if (set !== undefined) return set;
    if (/[A-Za-z0-9]/.test(char)) throw new Refused(start, `"\\${char}" is not understood`);
    return one => one === char;
  }

  function characterClass(start: number): (char: string) => boolean {
    const negated = chars[at] === '^';
    if (negated) at++;
    const members: ((char: string) => boolean)[] = [];
    do {
      const from = chars[at++];
      if (from === undefined) throw new Refused(start, '"[" is not closed');
      if (from === '[' && chars[at] === ':') throw new Refused(at - 1, 'named classes are not understood');
      if (from === '\\') members.push(escaped(at - 1));
      else if (chars[at] === '-' && chars[at + 1] !== ']' && chars[at + 1] !== undefined) {
        const to = chars[at + 1] as string;
        if (to === '\\' || to < from) throw new Refused(at, 'is no range of characters');
        at += 2;
        members.push(one => from <= one && one <= to);
      } else members.push(one => one === from);
    } while (chars[at] !== ']');
    at++;
    return one => members.some(accepts => accepts(one)) !== negated;
  }

  try {
    const whole = choice();
    if (at < chars.length) throw new Refused(at, '")" closes nothing');
    return whole;
  } catch (error) {
    if (error instanceof Refused) return { at: error.at, reason: error.message };
    throw error;
  }
}
