import { ailsMark, revMark } from '../histories/items.ts';
import { type Evidence, isDisturbed, type Monitor, ownerOf } from './evidence.ts';
import { type AppModel, whatShouldBe } from './model.ts';

/** Longest time from a commit to the write, where nothing stands in the way: a look at Git, and some room. */
const promptMs = 40_000;
const saidMs = 60_000;

/** Promise 3: a newer revision waits for nothing: no older sync, no hook, no wave that is not healthy. */
export const prompt: Monitor = {
  name: 'prompt',
  promise: 'A newer revision is applied at once, whatever became of the one before',
  *check(evidence) {
    if (isDisturbed(evidence)) return;
    yield* late(evidence, undefined);
    yield* unsaid(evidence);
  },
};

/** P6: what is wrong with one application delays no other. */
export const isolated: Monitor = {
  name: 'isolated',
  promise: 'An application in trouble delays no other',
  *check(evidence) {
    const { victim, actions } = evidence.history;
    const isQuiet = actions.every(one => ['commit', 'request', 'handiwork'].includes(one.do));
    // Who crashes the renderer is tried once more alone: if it hangs then, others wait for one deadline of a render.
    const isAlone = (deed: string) =>
      evidence.carried.some(({ point, verdict }) => point.kind === 'render' && verdict.do === deed);
    if (victim !== undefined && isQuiet && !(isAlone('fail') && isAlone('hang'))) yield* late(evidence, victim);
  },
};

function* late(evidence: Evidence, victim: string | undefined): Iterable<{ at: number; words: string }> {
  for (const [i, head] of evidence.heads.entries()) {
    const over = evidence.heads[i + 1]?.at ?? evidence.endedAt;
    if (over - head.at < promptMs) continue;
    const { apps } = whatShouldBe(head.files);
    const owners = Map.groupBy(
      [...apps.values()].flatMap(({ objects }) => [...objects.keys()]),
      key => key,
    );
    for (const app of apps.values()) {
      if (app.name === victim || !app.automated || !app.whole || !app.clean || !isFree(app, head.at, evidence))
        continue;
      for (const [key, declared] of app.objects) {
        const rev = declared.metadata?.annotations?.[revMark];
        if ((owners.get(key)?.length ?? 0) > 1 || wasSo(key, rev, app.name, head.at, evidence)) continue;
        if (ails(app) || mayWait(key, evidence) || isElsewhere(key, victim, head.at, evidence)) continue;
        const words = `${key} of ${app.name} was not as declared ${promptMs / 1000} s after the commit`;
        yield { at: head.at + promptMs, words: victim === undefined ? words : `${words}, with ${victim} in trouble` };
      }
    }
  }
}

/** What is so is also said, soon. */
function* unsaid(evidence: Evidence): Iterable<{ at: number; words: string }> {
  if (evidence.rests.length === 0) return;
  const isQuiet = evidence.history.actions.every(({ do: done }) => done === 'commit' || done === 'request');
  for (const [i, { at, commit, files }] of evidence.heads.entries()) {
    const over = evidence.heads[i + 1]?.at ?? evidence.endedAt;
    if (!isQuiet || over - at < saidMs) continue;
    for (const app of whatShouldBe(files).apps.values()) {
      if (!app.automated || !app.prune || !app.whole || !app.clean || ails(app) || !isFree(app, at, evidence)) continue;
      const isSaid = evidence.said.some(
        one => one.application === app.name && one.revision === commit && one.at <= at + saidMs,
      );
      if (!isSaid) yield { at: at + saidMs, words: `${app.name} at ${commit.slice(0, 7)} is not spoken of` };
    }
  }
}

/** Nobody has said anything of it, and it waits for no other. */
function isFree(app: AppModel, since: number, { asked }: Evidence): boolean {
  const words = asked.filter(({ at, request }) => request.app === app.name && at <= since + promptMs);
  const isHeld = words.some(({ request }) => !['diff', 'refresh'].includes(request.ask));
  return app.dependsOn.length === 0 && !isHeld;
}

/** In the place of the one in trouble, or in one that nobody has made: moved there from an application that was never delivered. */
function isElsewhere(key: string, victim: string | undefined, since: number, { timeline }: Evidence): boolean {
  const [, , namespace = ''] = key.split('/');
  const isHome =
    namespace === '' ||
    namespace === 'default' ||
    timeline.at(`/Namespace//${namespace}`, since + promptMs) !== undefined;
  return !isHome || (victim !== undefined && key.includes(victim));
}

/** Something of it never gets well: what comes after that waits. */
function ails({ objects, hooks }: AppModel): boolean {
  return [...objects.values(), ...hooks.values()].some(
    ({ metadata }) => metadata?.annotations?.[ailsMark] !== undefined,
  );
}

/** People had their hands in it, or it went with its namespace. */
function mayWait(key: string, { history }: Evidence): boolean {
  return history.actions.some(
    one =>
      (one.do === 'handiwork' && one.work.key === key) ||
      (one.do === 'delete namespace' && key.includes(`/${one.name}`)),
  );
}

function wasSo(key: string, rev: string | undefined, app: string, since: number, { timeline }: Evidence): boolean {
  const moments = [since, ...timeline.changes([key], since, since + promptMs)];
  return moments.some(at => {
    const object = timeline.at(key, at);
    return object !== undefined && object.metadata?.annotations?.[revMark] === rev && ownerOf(object) === app;
  });
}
