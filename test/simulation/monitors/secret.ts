import type { Monitor } from './evidence.ts';

/** The beginning of every secret of a history, as it is and as the cluster writes it. */
const traces = ['tOpSeCrEt-', 'dE9wU2VDckV0'];

/** Promise 10: values of Secrets are nowhere that anybody looks. */
export const secret: Monitor = {
  name: 'secret',
  promise: 'Secret values are in no log, event, diff, error, status or store',
  *check({ texts, endedAt }) {
    for (const { where, text } of texts) {
      const found = traces.find(trace => text.includes(trace));
      if (found === undefined) continue;
      const at = text.indexOf(found);
      yield { at: endedAt, words: `${where}: …${text.slice(Math.max(0, at - 60), at + 30)}…` };
    }
  },
};
