import type { Monitor } from './evidence.ts';

/** P1: what is there in the end is what an independent model says. The runner has waited as long as the bound allows. */
export const stable: Monitor = {
  name: 'stable',
  promise: 'If Git stops changing, the target comes to match it',
  *check({ left, endedAt }) {
    for (const words of left.slice(0, 5)) yield { at: endedAt, words };
  },
};
