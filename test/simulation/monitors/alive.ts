import type { Monitor } from './evidence.ts';

/** Faults are the world's, never ours: nothing ends by itself, and nothing is a mistake of the program. */
export const alive: Monitor = {
  name: 'alive',
  promise: 'No fault makes the operator end by itself, or say that it made a mistake',
  *check({ lives, texts, history, calmAt, endedAt }) {
    for (const { at, event, reason, operator } of lives)
      if (event === 'failed' && at > calmAt) yield { at, words: `operator ${operator} did not start: ${reason}` };
    const paused = history.actions.some(one => one.do === 'pause');
    for (const { where, text } of texts)
      if (where === 'stop' && /did not stop/.test(text) && !paused) yield { at: endedAt, words: text };
    for (const { where, text } of texts)
      if (
        where === 'log' &&
        /INTERNAL|TypeError|RangeError|ReferenceError|model: |is not a function|Cannot read prop/.test(text)
      )
        yield { at: endedAt, words: text.slice(0, 300) };
  },
};
