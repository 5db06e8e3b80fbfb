import type { Monitor } from './evidence.ts';

/** Promise 11: what is recorded stays recorded, whatever fails while it is written. */
export const audit: Monitor = {
  name: 'audit',
  promise: 'The audit log verifies: its chain is whole, its signatures are right, and every torn line is explained',
  *check({ audit: verdict, endedAt }) {
    for (const { file, line, message } of verdict?.findings ?? [])
      yield { at: endedAt, words: `${file}:${line}: ${message}` };
  },
};
