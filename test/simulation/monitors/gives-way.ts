import { ailsMark } from '../histories/items.ts';
import { type Evidence, isDisturbed, type Monitor } from './evidence.ts';
import { type AppModel, isContained, modelsOf } from './model.ts';

/** Git is asked, the probe has its time, and what was there before is started again. */
const withinMs = 42_000;

/** On a machine, what does not get well in time gives way to what did. */
export const givesWay: Monitor = {
  name: 'gives way',
  promise: 'A revision that is not healthy in time gives way to the last one that was, and no other does',
  *check(evidence) {
    yield* blamed(evidence);
    const { heads, history, said, asked, endedAt, timeline } = evidence;
    if (history.target !== 'machine' || isDisturbed(evidence)) return;
    const models = modelsOf(heads);
    for (const [i, head] of heads.entries()) {
      const over = heads[i + 1]?.at ?? endedAt;
      if (over - head.at < withinMs || history.actions.some(one => one.do === 'handiwork')) continue;
      for (const app of models[i]?.apps.values() ?? []) {
        const isFree = app.automated && app.whole && !asked.some(({ request }) => request.app === app.name);
        const last = heads.findLastIndex(({ commit }, j) => j < i && wasHealthy(app.name, commit, said));
        const former = models[last]?.apps.get(app.name);
        if (!isFree || app.dependsOn.length > 0 || !neverWell(app) || former === undefined) continue;
        for (const [key, declared] of former.objects) {
          if (isContained(declared, timeline.at(key, head.at + withinMs))) continue;
          const words = `${key} is not as it was at ${heads[last]?.commit.slice(0, 7)}, ${withinMs / 1000} s after a commit that ails`;
          yield { at: head.at + withinMs, words };
        }
      }
    }
  },
};

/** Files are well as soon as they are there: only a script can bring their revision down, and whoever hinders it is another matter. */
function* blamed({ history, heads, said }: Evidence): Iterable<{ at: number; words: string }> {
  // What people take away or put in the place of a file may keep it from becoming well.
  if (history.target !== 'machine' || history.actions.some(one => one.do === 'handiwork')) return;
  const models = modelsOf(heads);
  for (const { at, application, quarantined, revision } of said) {
    const ever = models.flatMap(({ apps }) => apps.get(application) ?? []);
    if (quarantined !== true || ever.some(app => mayFail(app))) continue;
    yield { at, words: `${application} was quarantined at ${revision.slice(0, 7)}, though nothing of it ails` };
    return;
  }
}

function mayFail({ objects, hooks }: AppModel): boolean {
  return [...objects.values(), ...hooks.values()].some(
    ({ kind, metadata }) => kind === 'Process' || metadata?.annotations?.[ailsMark] !== undefined,
  );
}

function wasHealthy(name: string, commit: string, said: Evidence['said']): boolean {
  return said.some(
    one => one.application === name && one.revision === commit && one.sync === 'Synced' && one.health === 'Healthy',
  );
}

/** One of its processes is asked, and never answers well. */
function neverWell({ objects }: AppModel): boolean {
  return [...objects.values()].some(
    ({ kind, metadata, spec }) =>
      kind === 'Process' &&
      metadata?.annotations?.[ailsMark] !== undefined &&
      !(spec as { command: string[] }).command.includes('exit'),
  );
}
