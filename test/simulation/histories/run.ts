import type { LogEntry } from '../env/log.ts';
import { Restless } from '../env/scheduler.ts';
import type { Fault, PlanSpec } from '../faults/plan.ts';
import type { Point } from '../faults/point.ts';
import { judge } from '../monitors/all.ts';
import type { Evidence, Violation } from '../monitors/evidence.ts';
import { act } from './act.ts';
import { end } from './ending.ts';
import type { History } from './history.ts';
import { Stage } from './stage.ts';
import { verifyAudit } from './verify.ts';

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
  /** Equal for equal runs; '' where nobody asked for it. */
  hash: string;
}

/** Runs a history in a world of its own, and has it judged. */
export async function runHistory(history: History, plan: PlanSpec, { hashed = false } = {}): Promise<Outcome> {
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
    const audit = await verifyAudit(world.disk);
    const evidence: Evidence = {
      ...{ history, ...observer.evidence(), carried: stage.carried, effects: stage.effects },
      ...{ ...ending, audit, calmAt, endedAt: stage.now },
    };
    const faults = stage.carried.map(({ point: { kind, index }, verdict }) => ({ point: kind, index, verdict }));
    const points = stage.places;
    const { steps } = world.scheduler;
    const hash = hashed ? world.hash() : '';
    return { violations: judge(evidence), evidence, faults, points, steps, log: world.log, hash };
  } catch (error) {
    if (!(error instanceof Restless)) throw error;
    return restless(error, history, stage);
  } finally {
    await world.close();
  }
}

/** What is known of a history that went on and on: only that, for the rest of its promises are about an end that it has not. */
function restless({ message }: Restless, history: History, { world, observer, carried, effects, now }: Stage): Outcome {
  const kinds = Map.groupBy(world.faults.points.slice(-1_000), ({ kind }) => kind);
  const most = [...kinds].sort(([, a], [, b]) => b.length - a.length)[0]?.[1];
  const { kind, detail } = most?.at(-1) ?? { kind: 'nothing', detail: '' };
  const words = `the engine did not come to rest: ${message}, of late mostly ${kind} ${detail}`;
  return {
    violations: [{ monitor: 'comes to rest', at: now, words }],
    evidence: {
      ...{ history, ...observer.evidence(), carried, effects, left: [], rests: [], encores: [] },
      ...{ calmAt: now, endedAt: now },
    },
    faults: carried.map(({ point: { kind, index }, verdict }) => ({ point: kind, index, verdict })),
    ...{ points: world.faults.points, steps: world.scheduler.steps, log: world.log, hash: '' },
  };
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
