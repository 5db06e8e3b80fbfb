import type { FaultPlan, Point, PointKind, Verdict } from '../faults/point.ts';

/** Asks the plan at every point, and remembers which there were. */
export class Faults {
  readonly #plan: FaultPlan | undefined;
  readonly #counts = new Map<PointKind, number>();
  /** Every point that was met, but for timers. */
  readonly points: Point[] = [];
  /** Those where something was done, and what. */
  readonly done: { point: Point; verdict: NonNullable<Verdict> }[] = [];

  constructor(plan: FaultPlan | undefined) {
    this.#plan = plan;
  }

  meet(kind: PointKind, detail: string): Verdict {
    const index = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, index + 1);
    const point = { kind, index, detail };
    if (kind !== 'timer') this.points.push(point);
    const verdict = this.#plan?.(point);
    if (verdict !== undefined) this.done.push({ point, verdict });
    return verdict;
  }

  count(kind: PointKind): number {
    return this.#counts.get(kind) ?? 0;
  }
}
