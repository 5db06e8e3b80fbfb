import type { Store } from '../store/store.ts';
import type { ApplicationState } from './state.ts';

/** Failures in a row at the same work: a commit that says the same is no new reason to try, and neither is a restart. */
export interface Attempts {
  /** Of `workOf`. */
  work: string;
  count: number;
  /** Monotonic ms. */
  nextAt: number;
  /** By whom it was ended: automation does not begin it again. */
  cancelled?: string;
}

export const noAttempts: Attempts = { work: '', count: 0, nextAt: 0 };

const fact = 'attempts';

export function setAttempts(store: Store, state: ApplicationState, attempts: Attempts): void {
  if (attempts === noAttempts && state.attempts === noAttempts) return;
  state.attempts = attempts;
  const { nextAt: _, ...kept } = attempts;
  store.setFact(state.name, fact, attempts === noAttempts ? undefined : kept);
}

/** The pause before the next is not waited for again: what was in the way may be what the restart was for. */
export function rememberedAttempts(store: Pick<Store, 'fact'>, application: string): Attempts {
  const kept = store.fact(application, fact) as Omit<Attempts, 'nextAt'> | undefined;
  return kept === undefined ? noAttempts : { ...kept, nextAt: 0 };
}
