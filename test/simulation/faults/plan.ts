import { Draw } from '../histories/draw.ts';
import { type FaultKind, faultKinds, faultKindsAt } from './kinds.ts';
import type { FaultPlan, Point, PointKind, Verdict } from './point.ts';

/** One fault at one place. */
export interface Fault {
  point: PointKind;
  index: number;
  verdict: NonNullable<Verdict>;
}

/** Everything of a kind whose detail has these words in it fails for a time. */
export interface Trouble {
  point: PointKind;
  matching: string;
  /** Virtual ms. */
  from: number;
  to: number;
  verdict: NonNullable<Verdict>;
}

/** What is to fail in a history, as plain data. */
export type PlanSpec =
  | { kind: 'none' }
  | { kind: 'list'; faults: readonly Fault[] }
  | { kind: 'during'; faults: readonly Trouble[] }
  /** By seed: some kinds now and then, and times in which a part of the world is away. */
  | {
      kind: 'random';
      seed: number /** Virtual ms. */;
      until: number /** Only what names this application fails. */;
      victim?: string;
    };

export function planOf(spec: PlanSpec, now: () => number): FaultPlan {
  if (spec.kind === 'none') return () => undefined;
  if (spec.kind === 'list') return listed(spec.faults);
  if (spec.kind === 'during') return during(spec.faults, now);
  return random(spec, now);
}

function listed(faults: readonly Fault[]): FaultPlan {
  const byPlace = new Map(faults.map(fault => [`${fault.point} ${fault.index}`, fault.verdict]));
  return ({ kind, index }) => byPlace.get(`${kind} ${index}`);
}

function during(faults: readonly Trouble[], now: () => number): FaultPlan {
  return ({ kind, detail }) => {
    const time = now();
    return faults.find(
      ({ point, matching, from, to }) => point === kind && detail.includes(matching) && time >= from && time < to,
    )?.verdict;
  };
}

/** How often a fault of a point's kind happens where it is switched on: the rarer the point, the oftener. */
const rates: Record<PointKind, number> = {
  'api.write': 0.06,
  'api.read': 0.02,
  'api.watch': 0.06,
  'watch.event': 0.02,
  'git.refs': 0.08,
  'git.fetch': 0.2,
  'git.read': 0.02,
  render: 0.1,
  'file.write': 0.01,
  'file.read': 0.01,
  'database.write': 0.006,
  'process.start': 0.1,
  timer: 0.0015,
};

/** Parts of the world that go away for a time. */
const outages: { points: readonly PointKind[]; verdict: NonNullable<Verdict> }[] = [
  { points: ['api.read', 'api.write', 'api.watch'], verdict: { do: 'fail' } },
  { points: ['api.read', 'api.write', 'api.watch'], verdict: { do: 'status', status: 503 } },
  { points: ['api.write'], verdict: { do: 'status', status: 429, retryAfterS: 1 } },
  { points: ['api.write'], verdict: { do: 'fail-after' } },
  { points: ['git.refs', 'git.fetch'], verdict: { do: 'fail' } },
  { points: ['git.refs'], verdict: { do: 'hang' } },
  { points: ['watch.event'], verdict: { do: 'drop' } },
  { points: ['database.write'], verdict: { do: 'fail' } },
  { points: ['file.write'], verdict: { do: 'fail' } },
  { points: ['render'], verdict: { do: 'fail' } },
  { points: ['process.start'], verdict: { do: 'fail' } },
];

interface Outage {
  points: readonly PointKind[];
  verdict: NonNullable<Verdict>;
  from: number;
  to: number;
}

/** Each seed switches a random half of the kinds off: what two kinds do together hides behind a third one. */
function random(spec: Extract<PlanSpec, { kind: 'random' }>, now: () => number): FaultPlan {
  const draw = new Draw(spec.seed, 'faults');
  const on = new Set(draw.some(faultKinds, 0.5));
  const rate = draw.pick([0.3, 1, 1, 3]);
  const away: Outage[] = draw.some(outages, 0.12).map(outage => {
    const from = draw.whole(0, spec.until);
    return { ...outage, from, to: from + draw.whole(2_000, 60_000) };
  });
  const byPoint = new Map<PointKind, FaultKind[]>();
  return point => {
    const { kind } = point;
    if (spec.victim !== undefined && !names(point, spec.victim)) return undefined;
    const time = now();
    const outage = away.find(({ points, from, to }) => points.includes(kind) && time >= from && time < to);
    if (outage !== undefined) return outage.verdict;
    const chance = rates[kind] * rate * (spec.victim === undefined ? 1 : 8);
    if (draw.fraction() >= chance) return undefined;
    const kinds = byPoint.get(kind) ?? faultKindsAt(kind).filter(one => on.has(one));
    byPoint.set(kind, kinds);
    return kinds.length === 0 ? undefined : draw.pick(kinds).verdict(draw, point.detail);
  };
}

function names({ kind, detail }: Point, application: string): boolean {
  const isOf = kind.startsWith('api.') || kind === 'watch.event' || kind === 'render';
  return isOf && new RegExp(`(^|[^a-z])${application}([^a-z]|$)`).test(detail);
}
