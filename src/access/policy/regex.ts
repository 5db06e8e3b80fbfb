import type { PatternProblem } from './match.ts';
import { type Node, parseRegex } from './regex-parse.ts';

/** One step of a compiled expression; `next` and `other` are indexes of steps. */
type Step =
  | { is: 'char'; accepts: (char: string) => boolean; next: number }
  | { is: 'fork'; next: number; other: number }
  | { is: 'begin' | 'end'; next: number }
  | { is: 'match' };

const maxSteps = 10_000;

/**
 * Regular expressions in the part of RE2's language that policies use, matched anywhere in the text. All states at once, one character
 * after the other, as RE2 does it: there is no expression that takes longer than its steps × the text.
 */
export function compileRegex(text: string): { test: (text: string) => boolean } | PatternProblem {
  const parsed = parseRegex(text);
  if ('reason' in parsed) return parsed;
  const steps: Step[] = [];
  const add = (step: Step) => steps.push(step) - 1;
  let tooLarge = false;

  /** Steps for the node that go on at `next`; answers where they begin. */
  function compile(node: Node, next: number): number {
    if (steps.length > maxSteps) {
      tooLarge = true;
      return next;
    }
    switch (node.is) {
      case 'char':
        return add({ is: 'char', accepts: node.accepts, next });
      case 'begin':
      case 'end':
        return add({ is: node.is, next });
      case 'sequence':
        return node.nodes.reduceRight((after, one) => compile(one, after), next);
      case 'choice':
        return node.nodes.map(one => compile(one, next)).reduce((other, one) => add({ is: 'fork', next: one, other }));
      case 'repeat': {
        let after = next;
        if (node.most === undefined) {
          const fork = add({ is: 'fork', next, other: next });
          steps[fork] = { is: 'fork', next: compile(node.node, fork), other: next };
          after = fork;
        } else {
          for (let i = node.least; i < node.most && !tooLarge; i++) {
            after = add({ is: 'fork', next: compile(node.node, after), other: next });
          }
        }
        for (let i = 0; i < node.least && !tooLarge; i++) after = compile(node.node, after);
        return after;
      }
    }
  }
  const first = compile(parsed, add({ is: 'match' }));
  if (tooLarge) return { at: 0, reason: 'is too large an expression' };
  return { test: input => run(steps, first, input) };
}

function run(steps: readonly Step[], first: number, text: string): boolean {
  const chars = [...text];
  let states = new Set<number>();
  for (let i = 0; i <= chars.length; i++) {
    // It may begin at every place.
    states.add(first);
    for (const state of states) {
      const step = steps[state];
      if (step?.is === 'match') return true;
      if (step?.is === 'fork') states.add(step.next).add(step.other);
      if (step?.is === 'begin' && i === 0) states.add(step.next);
      if (step?.is === 'end' && i === chars.length) states.add(step.next);
    }
    const next = new Set<number>();
    for (const state of states) {
      const step = steps[state];
      if (step?.is === 'char' && i < chars.length && step.accepts(chars[i] as string)) next.add(step.next);
    }
    states = next;
  }
  return false;
}
