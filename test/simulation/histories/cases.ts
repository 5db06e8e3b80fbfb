import { faultKindsAt } from '../faults/kinds.ts';
import type { Fault, PlanSpec } from '../faults/plan.ts';
import { type PointKind, pointKinds } from '../faults/point.ts';
import { isEffective, isOurs, isWrite, type Violation } from '../monitors/evidence.ts';
import { Draw } from './draw.ts';
import { generate } from './generate.ts';
import type { History } from './history.ts';
import { references } from './reference.ts';
import { type Outcome, runHistory } from './run.ts';

export type Target = History['target'];

/** One history with what fails in it, and how to name it again. */
export interface Case {
  /** Arguments of `npm run simulate --` that run it again. */
  replay: string;
  history: History;
  plan: PlanSpec;
  /** The same without its crash, which it is compared with. */
  uncrashed?(): Promise<Outcome>;
}

export interface Judged extends Outcome {
  replay: string;
}

export async function runCase(
  { replay, history, plan, uncrashed }: Case,
  options?: { hashed: boolean },
): Promise<Judged> {
  const outcome = await runHistory(history, plan, options);
  const compared = uncrashed === undefined ? [] : compareWith(await uncrashed(), outcome);
  return { ...outcome, replay, violations: [...outcome.violations, ...compared] };
}

/** Of either target, where none is named. */
export function randomCase(seed: number, target?: Target): Case {
  const only = target === undefined ? '' : ` --target ${target}`;
  return { replay: `--seed ${seed}${only}`, ...generate(seed, target) };
}

/** Writes that may be under way at once, and be sent again by whoever comes after a crash. */
const inFlight = 16;

/**
 * Each reference history without any fault; then every fault of every kind, alone, at every point of each. Of the references
 * in turn, so that however few are run, none is left out; of each in mixed order.
 */
export async function* exhaustiveCases(
  only: { name?: string; target?: Target | undefined } = {},
): AsyncGenerator<Case> {
  const wanted = references.filter(
    ({ name, history }) => name === (only.name ?? name) && history.target === (only.target ?? history.target),
  );
  let left: Case[][] = [];
  for (const { name, history } of wanted) {
    const replay = `--reference '${name}'`;
    yield { replay, history, plan: { kind: 'none' } };
    left.push(mixed(await singlesOf(replay, history)));
  }
  while (left.length > 0) {
    for (const cases of left) {
      const one = cases.pop();
      if (one !== undefined) yield one;
    }
    left = left.filter(cases => cases.length > 0);
  }
}

async function singlesOf(replay: string, history: History): Promise<Case[]> {
  const reference = await runHistory(history, { kind: 'none' });
  return singleFaults(reference).map(({ fault, words }) => ({
    replay: `${replay} --faults '${writeFaults([fault])}'`,
    // A crash has shown already what a restart does.
    history: { ...history, words: `${history.words}; ${words}`, encores: isCrash(fault) ? [] : history.encores },
    plan: { kind: 'list', faults: [fault] },
    ...(isCrash(fault) ? { uncrashed: async () => reference } : {}),
  }));
}

function mixed<T>(all: readonly T[]): T[] {
  const draw = new Draw(1, 'order');
  return all
    .map(one => ({ one, order: draw.fraction() }))
    .sort((a, b) => a.order - b.order)
    .map(({ one }) => one);
}

export function referenceCase(name: string, faults: readonly Fault[]): Case {
  const found = references.find(one => one.name === name);
  if (found === undefined) throw new Error(`there is no reference history "${name}"`);
  const { history } = found;
  const [only, second] = faults;
  return {
    ...{ replay: `--reference '${name}'`, history, plan: { kind: 'list', faults } },
    ...(isCrash(only) && second === undefined ? { uncrashed: () => runHistory(history, { kind: 'none' }) } : {}),
  };
}

interface Single {
  fault: Fault;
  words: string;
}

function singleFaults({ points }: Outcome): Single[] {
  const singles: Single[] = [];
  for (const point of pointKinds) {
    const there = points.filter(({ kind }) => kind === point);
    for (const kind of faultKindsAt(point)) {
      const draw = new Draw(there.length, kind.name);
      for (const { index, detail } of there) {
        const fault = { point, index, verdict: kind.verdict(draw, detail) };
        singles.push({ fault, words: `${kind.name} at ${point} ${index}` });
      }
    }
  }
  return singles;
}

function isCrash(fault: Fault | undefined): boolean {
  // With the power everything ends, and begins anew.
  return fault?.verdict.do.startsWith('crash') === true && !fault.verdict.power;
}

/** P7: a crash costs no more writes than were under way, and no hook runs again. */
function compareWith(reference: Outcome, outcome: Outcome): Violation[] {
  const [before, now] = [reference, outcome].map(({ evidence }) =>
    // How a script ended that outlived Holdfast is known to nobody: its sync is tried again, with all its scripts.
    evidence.log.filter(one => isOurs(one) && isWrite(one) && !one.path.startsWith('machine/Script/')),
  );
  const [effects, effectsNow] = [before ?? [], now ?? []].map(log => log.filter(isEffective).length);
  const found: Violation[] = [];
  const tell = (words: string) => found.push({ monitor: 'crash anywhere', at: outcome.evidence.endedAt, words });
  if ((now?.length ?? 0) > (before?.length ?? 0) + inFlight)
    tell(`${now?.length} writes were sent; without the crash ${before?.length}`);
  if ((effectsNow ?? 0) > (effects ?? 0) + 2)
    tell(`${effectsNow} writes changed something; without the crash ${effects}`);
  return found;
}

export function writeFaults(faults: readonly Fault[]): string {
  return JSON.stringify(faults.map(({ point, index, verdict }) => [point, index, verdict]));
}

export function readFaults(text: string): Fault[] {
  const given = JSON.parse(text) as [PointKind, number, Fault['verdict']][];
  return given.map(([point, index, verdict]) => ({ point, index, verdict }));
}
