import type { ClusterTime } from './cluster.ts';
import type { Kinds } from './kinds.ts';
import type { Policy } from './policy.ts';
import type { Store } from './store.ts';

/** What all parts of the API server share. */
export interface Server {
  time: ClusterTime;
  store: Store;
  kinds: Kinds;
  policy: Policy;
}

let last = { second: Number.NaN, text: '' };

/** As objects write times: to the second. */
export function timestamp({ time }: Server): string {
  const second = Math.floor(time.now() / 1000);
  if (second !== last.second) last = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return last.text;
}
