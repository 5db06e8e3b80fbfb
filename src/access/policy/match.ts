import { compileGlob } from '../../dialects/glob.ts';
import { compileRegex } from './regex.ts';

/** How the patterns of a policy are meant; `policy.matchMode` of Argo CD. */
export type MatchMode = 'glob' | 'regex';

export interface Pattern {
  text: string;
  /** It means itself, and nothing else. */
  literal: boolean;
  /** What every text that it matches begins with, and what it ends with. */
  prefix: string;
  suffix: string;
  matches(text: string): boolean;
}

export interface PatternProblem {
  /** Index in the pattern. */
  at: number;
  reason: string;
}

/** Longest that is compared with patterns; a request cannot name anything longer. */
const maxPattern = 2_048;

/** Whatever the pattern, a match takes time in proportion to pattern × text: a policy cannot hang the operator. */
export function compilePattern(text: string, mode: MatchMode): Pattern | PatternProblem {
  if (text === '') return { at: 0, reason: 'must not be empty' };
  if (text.length > maxPattern) return { at: 0, reason: `must have at most ${maxPattern} characters` };
  if (mode === 'glob') return compileGlobPattern(text);
  const matches = compileRegex(text);
  // As Argo CD does it, an expression may match anywhere: `get` matches `forget`.
  if ('reason' in matches) return matches;
  const prefix = anchoredPrefix(text);
  const { test } = matches;
  return { text, literal: false, prefix, suffix: '', matches: other => other.startsWith(prefix) && test(other) };
}

/** Of `^team-a/.*`, `team-a/`; '' where an expression may begin in several ways. */
function anchoredPrefix(text: string): string {
  if (text.includes('|')) return '';
  const [, plain = '', next = ''] = /^\^([\w/-]*)(.?)/.exec(text) ?? [];
  return '*?+{'.includes(next) && next !== '' ? plain.slice(0, -1) : plain;
}

/** `/` is a character like any other, as in Argo CD: `*` matches it. */
function compileGlobPattern(text: string): Pattern | PatternProblem {
  const special = text.search(/[*?[\]{}\\]/);
  if (special < 0) return { text, literal: true, prefix: text, suffix: text, matches: other => other === text };
  const prefix = text.slice(0, special);
  const simple = /^[^*?[\]{}\\]*\*+[^*?[\]{}\\]*$/.exec(text);
  if (simple !== null) {
    const suffix = text.slice(text.lastIndexOf('*') + 1);
    const least = prefix.length + suffix.length;
    return {
      text,
      literal: false,
      prefix,
      suffix,
      matches: other => other.length >= least && other.startsWith(prefix) && other.endsWith(suffix),
    };
  }
  return globProblem(text) ?? { text, literal: false, prefix, suffix: '', matches: compileGlob(text) };
}

/** What Argo CD's globs refuse, and would quietly never match. */
function globProblem(text: string): PatternProblem | undefined {
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') {
      if (i + 1 === text.length) return { at: i, reason: 'there is nothing after the backslash' };
      i++;
    } else if (char === '[') {
      const end = text.indexOf(']', i + 2);
      if (end < 0) return { at: i, reason: '"[" is not closed' };
      if (text[i + 1] === '^') return { at: i, reason: 'what is not to match is written as [!…]' };
      i = end;
    } else if (char === '{') open.push(i);
    else if (char === '}' && open.pop() === undefined) return { at: i, reason: '"}" closes nothing' };
  }
  const [first] = open;
  return first === undefined ? undefined : { at: first, reason: '"{" is not closed' };
}
