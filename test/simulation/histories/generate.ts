import type { PlanSpec } from '../faults/plan.ts';
import { Draw } from './draw.ts';
import { changesBetween } from './fleet.ts';
import type { Action, Encore, History, Request } from './history.ts';
import { kubernetes } from './kubernetes.ts';
import { machine } from './machine/machine.ts';
import { fightMs } from './people.ts';
import type { Subject } from './subject.ts';

export interface Case {
  history: History;
  plan: PlanSpec;
}

/** One history in so many is of a machine, where nobody says of what it is to be. */
const machineShare = 0.12;

/** In one history in so many, commits take away with one hand what they ask for with the other. */
const narrowingShare = 0.1;
/** In so many, something stands in the way for a while: a webhook, a quota, rights, a partition. */
const hindranceShare = 0.12;

/** A history by its seed, with what fails in it. */
export function generate(seed: number, target?: History['target']): Case {
  const draw = new Draw(seed, 'history');
  const drawn = draw.is(machineShare) ? 'machine' : 'kubernetes';
  return (target ?? drawn) === 'machine' ? generateOf(machine, seed, draw) : generateOf(kubernetes, seed, draw);
}

function generateOf<Fleet extends { style: string }>(subject: Subject<Fleet>, seed: number, draw: Draw): Case {
  const { filesOf, apps } = subject;
  const fleet = subject.draw(draw);
  const actions: Action[] = [];
  const fleets = [fleet];
  const everyPath = new Set(Object.keys(filesOf(fleet)));
  // Drawn apart, so that all other histories stay what they are.
  const rules = new Draw(seed, 'narrows');
  const narrows = rules.is(narrowingShare);
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
      actions.push({ at: at + 100, do: 'request', request: { ask: 'refresh', app: apps(next)[0]?.name ?? '' } });
  };

  for (let left = draw.whole(1, 6); left > 0; left--) {
    at += draw.is(0.3) ? draw.whole(50, 1_500) : draw.whole(2_000, 40_000);
    const kind = draw.fraction();
    if (kind < 0.55) {
      const { fleet: next, words } = subject.mutate(present, draw);
      const before = present;
      const isNarrowed = narrows && rules.is(0.6);
      commit((isNarrowed ? subject.narrowed?.(before, next, rules) : undefined) ?? next, words);
      const raced = draw.is(0.25) ? dropped(subject, before, next) : undefined;
      const work = raced === undefined ? undefined : subject.race?.(raced);
      if (work !== undefined) actions.push({ at: at + draw.whole(20, 400), do: 'handiwork', work });
    } else if (kind < 0.6 && fleets.length > 1) {
      const to = draw.whole(0, fleets.length - 2);
      if (draw.is(0.5)) commit(fleets[to] ?? present, `back to what ${to} was`);
      else {
        actions.push({ at, do: 'force-push', to });
        present = fleets[to] ?? present;
        fleets.push(present);
      }
    } else if (kind < 0.78) actions.push({ at, ...subject.handiwork(present, draw) });
    else if (kind < 0.88) {
      const request = drawRequest(apps(present), draw);
      actions.push({ at, do: 'request', request });
      // Whoever is suspended is not to notice what comes then.
      const key = apps(present).find(({ name }) => name === request.app)?.keys[0];
      if (request.ask === 'suspend' && key !== undefined) {
        at += draw.whole(25_000, 70_000);
        actions.push({ at, do: 'handiwork', work: { do: 'edit', key } });
      }
    } else actions.push(...drawEvents(at, subject, draw));
  }
  // Not with an etcd that is restored: of a write whose answer came while nobody watched, it is not seen yet that it was undone.
  const isRestored = actions.some(one => one.do === 'restore snapshot');
  if (!isRestored) actions.push(...drawHindrances(at, subject, fleet, seed));
  actions.sort((a, b) => a.at - b.at);
  at = Math.max(at, ...actions.map(one => one.at)) + draw.whole(500, 20_000);
  actions.push(wholeCommit(at, filesOf(subject.repaired(present)), everyPath));
  const calmAt = Math.max(at + draw.whole(1_000, 30_000), ...actions.map(endOf));
  return aroundIt(subject, seed, draw, { first: filesOf(fleet), actions, calmAt, fleet });
}

/** Drawn apart, too. */
function drawHindrances<Fleet>(until: number, { hindrance }: Subject<Fleet>, fleet: Fleet, seed: number): Action[] {
  const draw = new Draw(seed, 'obstacles');
  if (hindrance === undefined || !draw.is(hindranceShare)) return [];
  return Array.from({ length: draw.whole(1, 2) }, () => ({
    ...{ at: draw.whole(0, until), do: 'hinder', ms: draw.whole(2_000, 90_000) },
    hindrance: hindrance(fleet, draw),
  }));
}

/** Some things go on for a while. */
function endOf(action: Action): number {
  const lasts = action.do === 'handiwork' && ['fight', 'link'].includes(action.work.do);
  const paused = action.do === 'pause' || action.do === 'hinder' ? action.ms + 5_000 : 0;
  return action.at + (lasts ? fightMs + 2_000 : paused);
}

/** The last commit says everything, so that the end is the same whatever came before. */
function wholeCommit(at: number, files: Record<string, string>, everyPath: ReadonlySet<string>): Action {
  const gone = [...everyPath].filter(path => files[path] === undefined);
  return {
    ...{ at, kept: true, do: 'commit', words: 'everything as it should be' },
    files: { ...files, ...Object.fromEntries(gone.map(path => [path, null])) },
  };
}

/** Each costs as much as a commit, and the same comes out of it most of the time. */
const encoreShare = 0.2;
const encores: readonly Encore[] = ['restart', 'unrelated commit', 'lost store', 'no-op sync'];

function aroundIt<Fleet extends { style: string }>(
  { target, describe, apps, mayHaveTwo }: Subject<Fleet>,
  seed: number,
  draw: Draw,
  { first, actions, calmAt, fleet }: Pick<History, 'first' | 'actions' | 'calmAt'> & { fleet: Fleet },
): Case {
  const history: History = {
    ...{ seed, words: describe(fleet), target },
    ...{ first, actions, calmAt, encores: draw.some(encores, encoreShare) },
  };
  const kind = draw.fraction();
  if (kind < 0.12) return { history, plan: { kind: 'none' } };
  const random = { kind: 'random', seed, until: calmAt } as const;
  if (kind < 0.2 && apps(fleet).length > 1) {
    const victim = draw.pick(apps(fleet)).name;
    return { history: { ...history, victim }, plan: { ...random, victim } };
  }
  if (kind < 0.25 && mayHaveTwo) {
    // Both read the same: a leader that is behind undoes what the other one did, which nothing fences yet.
    const from = Math.max(...actions.filter(({ do: done }) => done === 'commit').map(({ at }) => at)) + 20_000;
    const second = { from, to: from + draw.whole(5_000, 40_000) };
    const both = { ...history, actions: actions.filter(one => one.do !== 'hinder'), second };
    return { history: { ...both, calmAt: Math.max(calmAt, second.to) }, plan: { kind: 'none' } };
  }
  return { history, plan: random };
}

/** Something that the one has and the other has not. */
function dropped<Fleet>({ apps }: Subject<Fleet>, before: Fleet, after: Fleet): string | undefined {
  const kept = new Set(apps(after).flatMap(({ keys }) => keys));
  return apps(before)
    .flatMap(({ keys }) => keys)
    .find(key => !kept.has(key));
}

function drawRequest(apps: readonly { name: string }[], draw: Draw): Request {
  const app = draw.pick(apps).name;
  const ask = draw.pick(['sync', 'sync', 'rollback', 'suspend', 'resume', 'cancel', 'diff', 'remove'] as const);
  if (ask === 'remove') return { ask, app, orphan: draw.is(0.3) };
  if (ask !== 'sync') return { ask, app };
  return { ask, app, ...(draw.is(0.3) ? { prune: true } : {}), ...(draw.is(0.2) ? { confirm: true } : {}) };
}

/** What was kept of a cluster comes back some time later. */
function drawEvents<Fleet>(at: number, { events }: Subject<Fleet>, draw: Draw): Action[] {
  const event = { at, ...draw.pick(events)(draw) };
  if (event.do !== 'take snapshot') return [event];
  return [event, { at: at + draw.whole(3_000, 40_000), do: 'restore snapshot' }];
}
