import { type Case, exhaustiveCases, randomCase, runCase, type Target } from './cases.ts';

/** Which part of all cases. */
export interface Share {
  worker: number;
  workers: number;
  /** Of the first random history. */
  seed: number;
  /** Histories of this target only. */
  target?: Target | undefined;
  /** Only the single faults, each of them once. */
  singles?: boolean | undefined;
}

export interface Work extends Share {
  histories: number;
  milliseconds: number;
  tell(said: Said): void;
}

export interface Said {
  histories: number;
  faults: number;
  steps: number;
  failed?: { replay: string; violations: { monitor: string; words: string }[] };
}

/** Runs its share of all cases: random ones and single faults in turn, until the number or the time is reached. */
export async function work({ histories, milliseconds, tell, ...share }: Work): Promise<void> {
  const began = performance.now();
  let done = 0;
  for await (const one of cases(share)) {
    if (done >= histories || performance.now() - began >= milliseconds) return;
    done++;
    tell(await said(one));
  }
}

async function said(one: Case): Promise<Said> {
  try {
    const { violations, faults, steps, replay } = await runCase(one);
    const counts = { histories: 1, faults: faults.length, steps };
    return violations.length === 0 ? counts : { ...counts, failed: { replay, violations } };
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violations = [{ monitor: 'the simulator itself', words }];
    return { histories: 1, faults: 0, steps: 0, failed: { replay: one.replay, violations } };
  }
}

/** For each random history, which says more and takes longer. */
const singlesEach = 2;

/** Random histories and single faults in turn; when there are no more of these, random ones. */
export async function* cases({ worker, workers, seed, target, singles: only = false }: Share): AsyncGenerator<Case> {
  const singles = exhaustiveCases({ target });
  let hasSingles = true;
  let number = 0;
  for (let next = seed + worker; hasSingles || !only; next += workers) {
    if (!only) yield randomCase(next, target);
    // Of the single faults each worker takes its own part.
    for (let i = 0; i < singlesEach * workers && hasSingles; i++) {
      const { value, done } = await singles.next();
      if (done) hasSingles = false;
      else if (number++ % workers === worker) yield value;
    }
  }
}
