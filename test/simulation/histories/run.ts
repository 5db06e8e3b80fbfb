import type { LogEntry } from '../env/log.ts';
import type { Fault, PlanSpec } from '../faults/plan.ts';
import type { Point } from '../faults/point.ts';
import { judge } from '../monitors/all.ts';
import type { Evidence, Violation } from '../monitors/evidence.ts';
import { act } from './act.ts';
import { end } from './ending.ts';
import type { History } from './history.ts';
import { Stage } from './stage.ts';

export interface Outcome {
  violations: Violation[];
  evidence: Evidence;
  /** Faults that were carried out: a plan of just these does the same. */
  faults: Fault[];
  /** Where a fault could have been. */
  points: readonly Point[];
  steps: number;
  /** What operators wrote to their logs. */
  log: readonly LogEntry[];
  /** Equal for equal runs. */
  hash: string;
}

/** Runs a history in a world of its own, and has it judged. */
export async function runHistory(history: History, plan: PlanSpec): Promise<Outcome> {
  const stage = new Stage(history, plan);
  const { world, observer } = stage;
  try {
    world.git.commit(history.first, { message: 'the beginning' });
    observer.moved();
    stage.start();
    await playActions(history, stage);
    await stage.until(history.calmAt);
    const calmAt = stage.now;
    const ending = await end(history, stage);
    observer.keep();
    const evidence: Evidence = {
      ...{ history, ...observer.evidence(), carried: stage.carried, effects: stage.effects },
      ...{ ...ending, calmAt, endedAt: stage.now },
    };
    const faults = stage.carried.map(({ point: { kind, index }, verdict }) => ({ point: kind, index, verdict }));
    const { points } = world.faults;
    const { steps } = world.scheduler;
    return { violations: judge(evidence), evidence, faults, points, steps, log: world.log, hash: world.hash() };
  } finally {
    await world.close();
  }
}

async function playActions(history: History, stage: Stage): Promise<void> {
  const { second } = history;
  const times: [number, () => Promise<void> | void][] = history.actions.map(action => [
    action.at,
    () => act(action, stage),
  ]);
  if (second !== undefined) {
    times.push([second.from, () => stage.start('b')], [second.to, () => stage.stop('b')]);
    times.sort(([a], [b]) => a - b);
  }
  for (const [at, happen] of times) {
    await stage.until(at);
    await happen();
  }
}
