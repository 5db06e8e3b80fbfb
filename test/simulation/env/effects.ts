import type { PointKind, Verdict } from '../faults/point.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { type Life, never } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** Something that an incarnation does to the world, and waits for. */
export interface Effect<Result> {
  /** Without it no fault can happen here. */
  kind?: PointKind;
  detail: string;
  /** Virtual milliseconds until it happens, and until the answer is back (default: in the same event). */
  there: number;
  back?: number;
  /** Changes the world. `stale`, `truncate` and `status` are its own to carry out. */
  happen(verdict: Verdict): Result;
  /** Answers or throws what one sees when it did not happen. */
  fails(): Result;
  /** The same where it did happen, and the answer is lost. */
  lost?(): Result;
  /** It does not leave the machine: where the power goes first, it does not happen. */
  local?: true;
  signal?: AbortSignal | undefined;
  deadline?: { ms: number; late(): Error };
  /** Where nothing hangs for ever: how long at most, and whether it happens then. */
  stalls?: { ms: number; happens: boolean };
}

/** The one way out of an incarnation: every effect comes through here, meets the plan, and ends as the plan says. */
export class Effects {
  readonly life: Life;
  readonly faults: Faults;
  readonly chance: Chance;
  readonly scheduler: Scheduler;

  constructor(parts: { life: Life; faults: Faults; chance: Chance; scheduler: Scheduler }) {
    this.life = parts.life;
    this.faults = parts.faults;
    this.chance = parts.chance;
    this.scheduler = parts.scheduler;
  }

  perform<Result>(effect: Effect<Result>): Promise<Result> {
    const { life, scheduler, chance } = this;
    const { signal, there, back, kind } = effect;
    if (!life.alive) return never();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const verdict = kind === undefined ? undefined : this.faults.meet(kind, effect.detail);
    if (verdict?.do === 'crash-before') {
      life.crash();
      return never();
    }
    return new Promise((resolve, reject) => {
      let waiting = true;
      const end = (how: () => void) => {
        if (!waiting) return;
        waiting = false;
        cancelDeadline();
        stopListening();
        how();
      };
      const answer = (make: () => Result) => {
        const settle = () =>
          end(() => {
            try {
              resolve(make());
            } catch (error) {
              reject(error);
            }
          });
        if (back === undefined) life.tell(settle);
        else life.after(back, settle);
      };
      const abort = () => end(() => reject(signal?.reason));
      const stopListening = life.onAbort(signal, abort);
      const { deadline } = effect;
      const cancelDeadline =
        deadline === undefined ? () => {} : life.after(deadline.ms, () => end(() => reject(deadline.late())));

      const { stalls } = effect;
      const isStalled = verdict?.do === 'drop' || (verdict?.do === 'hang' && verdict.ms === undefined);
      let wait = there;
      if (isStalled) wait = stalls?.ms ?? Number.POSITIVE_INFINITY;
      else if (verdict?.do === 'delay' || verdict?.do === 'hang') wait += verdict.ms ?? 1_000;
      if (!Number.isFinite(wait)) return;
      scheduler.after(wait, () => {
        if (verdict?.do === 'fail' || (isStalled && !stalls?.happens)) return answer(() => effect.fails());
        if (effect.local && !life.powered) return;
        // Nobody waits any more: it was under way, and may have come to pass or not.
        if ((!life.alive || !waiting) && chance.fraction() < 0.5) return;
        const made = attempt(() => effect.happen(verdict));
        if (verdict?.do === 'duplicate') attempt(() => effect.happen(verdict));
        if (verdict?.do === 'crash-after') life.crash();
        else if (verdict?.do === 'fail-after') answer(() => (effect.lost ?? effect.fails)());
        else answer(made);
      });
    });
  }
}

function attempt<Result>(work: () => Result): () => Result {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
