import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a request came from. */
interface Origin {
  /** Address. */
  from: string;
  /** Lines of the policy that decided about it, in words. */
  decidedBy?: string;
}

/**
 * Follows a request to whatever it makes somebody write down, its end included, without every function in between handing it on. What
 * is done for nobody's sake takes no notice of it.
 */
export const requestOrigin = new AsyncLocalStorage<Origin>();
