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

/** As objects write times: to the second. */
export function timestamp({ time }: Server): string {
  return `${new Date(time.now()).toISOString().slice(0, 19)}Z`;
}
