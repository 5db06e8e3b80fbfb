import type { PlanSpec } from '../faults/plan.ts';
import { mutate, repaired } from './changes.ts';
import { Draw } from './draw.ts';
import { drawFleet } from './draw-fleet.ts';
import { changesBetween, type Fleet, filesOf, keyOfItem } from './fleet.ts';
import type { Action, Encore, History, Request } from './history.ts';
import { fightMs } from './people.ts';

export interface Case {
  history: History;
  plan: PlanSpec;
}

/** A history by its seed, with what fails in it. */
export function generate(seed: number): Case {
  const draw = new Draw(seed, 'history');
  const fleet = drawFleet(draw);
  const actions: Action[] = [];
  const fleets = [fleet];
  const everyPath = new Set(Object.keys(filesOf(fleet)));
  let present = fleet;
  let at = draw.whole(1_000, 25_000);

  const commit = (next: Fleet, words: string) => {
    const after = filesOf(next);
    for (const path of Object.keys(after)) everyPath.add(path);
    actions.push({ at, do: 'commit', words, files: changesBetween(filesOf(present), after) });
    present = next;
    fleets.push(next);
    // Somebody calls the webhook, mostly for nobody else is in a hurry.
    if (draw.is(0.6))
      actions.push({ at: at + 100, do: 'request', request: { ask: 'refresh', app: next.apps[0]?.name ?? '' } });
  };

  for (let left = draw.whole(1, 6); left > 0; left--) {
    at += draw.is(0.3) ? draw.whole(50, 1_500) : draw.whole(2_000, 40_000);
    const kind = draw.fraction();
    if (kind < 0.55) {
      const { fleet: next, words } = mutate(present, draw);
      const before = present;
      commit(next, words);
      const raced = draw.is(0.25) ? dropped(before, next) : undefined;
      if (raced !== undefined)
        actions.push({ at: at + draw.whole(20, 400), do: 'handiwork', work: { do: 'replace', key: raced } });
    } else if (kind < 0.6 && fleets.length > 1) {
      const to = draw.whole(0, fleets.length - 2);
      if (draw.is(0.5)) commit(fleets[to] ?? present, `back to what ${to} was`);
      else {
        actions.push({ at, do: 'force-push', to });
        present = fleets[to] ?? present;
        fleets.push(present);
      }
    } else if (kind < 0.78) actions.push({ at, ...drawHandiwork(present, draw) });
    else if (kind < 0.88) {
      const request = drawRequest(present, draw);
      actions.push({ at, do: 'request', request });
      // Whoever is suspended is not to notice what comes then.
      const item = present.apps.find(({ name }) => name === request.app)?.items.find(({ hook }) => hook === undefined);
      const app = present.apps.find(({ name }) => name === request.app);
      if (request.ask === 'suspend' && item !== undefined && app !== undefined) {
        at += draw.whole(25_000, 70_000);
        actions.push({ at, do: 'handiwork', work: { do: 'edit', key: keyOfItem(item, app) } });
      }
    } else actions.push({ at, ...drawEvent(draw) });
  }
  actions.sort((a, b) => a.at - b.at);
  at += draw.whole(500, 20_000);
  actions.push(wholeCommit(at, repaired(present), everyPath));
  const calmAt = Math.max(at + draw.whole(1_000, 30_000), ...actions.map(endOf));
  return aroundIt(seed, draw, { first: filesOf(fleet), actions, calmAt, fleet });
}

/** Some things go on for a while. */
function endOf(action: Action): number {
  const isFight = action.do === 'handiwork' && action.work.do === 'fight';
  const paused = action.do === 'pause' ? action.ms + 5_000 : 0;
  return action.at + (isFight ? fightMs + 2_000 : paused);
}

/** The last commit says everything, so that the end is the same whatever came before. */
function wholeCommit(at: number, fleet: Fleet, everyPath: ReadonlySet<string>): Action {
  const files = filesOf(fleet);
  const gone = [...everyPath].filter(path => files[path] === undefined);
  return {
    ...{ at, kept: true, do: 'commit', words: 'everything as it should be' },
    files: { ...files, ...Object.fromEntries(gone.map(path => [path, null])) },
  };
}

const encores: readonly Encore[] = ['restart', 'unrelated commit', 'lost store', 'no-op sync'];

function aroundIt(
  seed: number,
  draw: Draw,
  parts: Pick<History, 'first' | 'actions' | 'calmAt'> & { fleet: Fleet },
): Case {
  const { first, actions, calmAt, fleet } = parts;
  const history: History = {
    ...{ seed, words: `${fleet.style}, ${fleet.apps.length} applications`, target: 'kubernetes' },
    ...{ first, actions, calmAt, encores: draw.some(encores, 0.35) },
  };
  const kind = draw.fraction();
  if (kind < 0.12) return { history, plan: { kind: 'none' } };
  const random = { kind: 'random', seed, until: calmAt } as const;
  if (kind < 0.2 && fleet.apps.length > 1) {
    const victim = draw.pick(fleet.apps).name;
    return { history: { ...history, victim }, plan: { ...random, victim } };
  }
  if (kind < 0.25) {
    // Both read the same: a leader that is behind undoes what the other one did, which nothing fences yet.
    const from = Math.max(...actions.filter(({ do: done }) => done === 'commit').map(({ at }) => at)) + 20_000;
    const second = { from, to: from + draw.whole(5_000, 40_000) };
    return { history: { ...history, second, calmAt: Math.max(calmAt, second.to) }, plan: { kind: 'none' } };
  }
  return { history, plan: random };
}

const handiworks = [
  ...(['edit', 'edit', 'delete', 'delete', 'scale', 'strip', 'annotate', 'replace', 'copy', 'fight'] as const),
];

/** Something that the one has and the other has not. */
function dropped(before: Fleet, after: Fleet): string | undefined {
  const kept = new Set(after.apps.flatMap(app => app.items.map(item => keyOfItem(item, app))));
  const keys = before.apps.flatMap(app => app.items.map(item => keyOfItem(item, app)));
  return keys.find(key => !kept.has(key) && !key.startsWith('batch/') && !key.startsWith('apiext'));
}

type Deed = Action extends infer One ? (One extends Action ? Omit<One, 'at'> : never) : never;

function drawHandiwork(fleet: Fleet, draw: Draw): Deed {
  const app = draw.pick(fleet.apps);
  if (draw.is(0.08) && app.namespace !== '') return { do: 'delete namespace', name: app.namespace };
  const plain = app.items.filter(({ kind, hook }) => hook === undefined && kind !== 'Definition');
  if (plain.length === 0) return { do: 'end watches' };
  const key = keyOfItem(draw.pick(plain), app);
  return { do: 'handiwork', work: { do: draw.pick(handiworks), key } };
}

function drawRequest({ apps }: Fleet, draw: Draw): Request {
  const app = draw.pick(apps).name;
  const ask = draw.pick(['sync', 'sync', 'rollback', 'suspend', 'resume', 'cancel', 'diff', 'remove'] as const);
  if (ask === 'remove') return { ask, app, orphan: draw.is(0.3) };
  if (ask !== 'sync') return { ask, app };
  return { ask, app, ...(draw.is(0.3) ? { prune: true } : {}), ...(draw.is(0.2) ? { confirm: true } : {}) };
}

function drawEvent(draw: Draw): Deed {
  const what = draw.pick([
    'crash',
    'crash',
    'stop',
    'pause',
    'lose store',
    'end watches',
    'compact',
    'wall clock',
  ] as const);
  if (what === 'pause') return { do: what, ms: draw.whole(1_000, 90_000) };
  if (what === 'wall clock') return { do: what, byMs: draw.pick([3_600_000, -3_600_000, 315_360_000_000, -60_000]) };
  return { do: what };
}
