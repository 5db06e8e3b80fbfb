import { fileKey } from '../machine/shapes.ts';
import { type Difference, differencesOf, isHook, orphansOf } from '../monitors/differences.ts';
import {
  type Carried,
  type Evidence,
  isForgotten,
  isLoss,
  type KubeObject,
  keyOf,
  type Window,
} from '../monitors/evidence.ts';
import { type AppModel, type Model, whatShouldBe } from '../monitors/model.ts';
import type { Encore, History } from './history.ts';
import { MachineSight } from './sight.ts';
import type { Stage } from './stage.ts';

/** Bound of liveness: pauses between tries grow to three minutes, a wave waits five for health, Git is asked every two. */
const patienceMs = 15 * 60_000;
/** What a watch has lost without a word is found when everything is listed anew. */
const patienceWithLossMs = 50 * 60_000;
const rounds = 3;
/** What was delivered has so long to become healthy, and a little more. */
const gateMs = 40_000;
const settleMs = 20_000;
/** A render that hangs has its deadline, and a second try; it may be of an application that is no longer declared. */
const hungMs = 200_000;
const restMs = 150_000;
const encoreMs = 45_000;

/** After the last action: it has to become as Git says, be silent, and stay so whatever is done that changes nothing. */
export async function end(history: History, stage: Stage): Promise<Pick<Evidence, 'left' | 'rests' | 'encores'>> {
  stage.becalm();
  const silence = await becomesStable(history, stage);
  const rests: Window[] = [];
  const encores: Window[] = [];
  if (silence.length > 0) return { left: silence, rests, encores };
  await stage.until(stage.now + (stage.carried.some(isHungRender) ? hungMs : settleMs));
  const from = stage.now;
  await stage.until(from + restMs);
  rests.push({ name: 'at rest', from, to: stage.now });
  for (const encore of history.encores) {
    const began = stage.now;
    await play(encore, stage);
    await stage.until(stage.now + encoreMs);
    encores.push({ name: encore, from: began, to: stage.now });
  }
  return { left: wrongs(remaining(stage, 'strictly')), rests, encores };
}

function isHungRender({ point, verdict }: Carried): boolean {
  return point.kind === 'render' && verdict.do === 'hang';
}

async function becomesStable(history: History, stage: Stage): Promise<string[]> {
  const said = stage.observer.asked.filter(({ request }) => !['sync', 'refresh', 'diff'].includes(request.ask));
  const held = new Set(said.map(({ request }) => request.app));
  // What was not healthy in time for others' faults is not tried again before Git changes, or somebody says so.
  if (history.target === 'machine' && wasDisturbed(history, stage))
    for (const name of present(stage).apps.keys()) held.add(name);
  const isLossy = stage.carried.some(isLoss);
  const patience = isLossy ? patienceWithLossMs : patienceMs;
  await stage.until(stage.now + patience, () => stage.operator?.holdfast !== undefined && !stage.isAsked);
  for (const app of held) stage.ask({ ask: 'resume', app });
  if (history.target === 'machine' && wasDisturbed(history, stage)) {
    // What was delivered just before it became calm gives way only when its time is over.
    await stage.until(stage.now + gateMs);
    for (const app of held) stage.ask({ ask: 'resume', app });
  }
  const byItself = await settled(stage, patience, 'by itself');
  if (byItself.length > 0) return byItself;
  let left: string[] = [];
  // Whoever is refused asks again: the cluster may not have been seen yet.
  for (let round = 0; round < rounds; round++) {
    for (const app of present(stage).apps.values()) {
      const isFree = app.automated && app.prune && app.selfHeal;
      if (differences(stage, app).length > 0 || (round === 0 && (!isFree || held.has(app.name))))
        stage.ask({ ask: 'sync', app: app.name, prune: true, confirm: true });
    }
    left = await settled(stage, patience / rounds, 'strictly');
    if (left.length === 0) break;
  }
  return left;
}

function wasDisturbed({ actions }: History, { carried }: Stage): boolean {
  return carried.length > 0 || actions.some(one => !['commit', 'request', 'force-push'].includes(one.do));
}

type How = 'by itself' | 'strictly';

async function settled(stage: Stage, patience: number, how: How): Promise<string[]> {
  let version = -1;
  let left = ['nothing was seen yet'];
  const isDone = () => {
    if (stage.observer.version === version) return left.length === 0;
    version = stage.observer.version;
    left = remaining(stage, how);
    return left.length === 0;
  };
  await stage.until(stage.now + patience, isDone);
  return wrongs(left);
}

/** What an application has no process left for goes with the last of them: its release, which the model does not know. */
function releasesOf({ objects }: AppModel, extra: readonly Difference[]): number {
  const goes = extra.some(({ words }) => words.includes(' machine/Process/'));
  return goes && ![...objects.keys()].some(key => key.startsWith('machine/Process/')) ? 1 : 0;
}

function wrongs(left: readonly string[]): string[] {
  return left.filter(words => !words.startsWith('said: '));
}

function present(stage: Stage): Model {
  return whatShouldBe(stage.world.git.files(stage.world.git.head()));
}

function objectsOf(stage: Stage): Map<string, KubeObject> {
  const objects = new Map<string, KubeObject>();
  for (const object of stage.observer.sight.objects()) objects.set(keyOf(object), object);
  return objects;
}

function differences(stage: Stage, app: AppModel, objects = objectsOf(stage)): Difference[] {
  const all = differencesOf(app, present(stage), key => objects.get(key), objects.values());
  return isForgotten(stage.history) ? all.filter(({ kind }) => kind !== 'extra') : all;
}

/** What is not yet as it should be. `by itself`: without a person's word, so what waits for one may wait. */
function remaining(stage: Stage, how: How): string[] {
  const model = present(stage);
  const objects = objectsOf(stage);
  const found: string[] = [];
  // What an application depends on may itself wait for a person.
  const isReady = ({ dependsOn }: AppModel) =>
    dependsOn.every(name => {
      const other = model.apps.get(name);
      return other !== undefined && differences(stage, other, objects).length === 0;
    });
  for (const app of model.apps.values()) {
    const all = differences(stage, app, objects);
    if (how === 'strictly') {
      found.push(...all.map(({ words }) => words), ...unsaid(stage, app, true));
      continue;
    }
    if (!app.automated || !isReady(app)) {
      found.push(...unsaid(stage, app, false));
      continue;
    }
    const extra = all.filter(({ kind }) => kind !== 'wrong');
    // Moved there from an application that was never delivered: its namespace is for that one to make.
    const isHomeless = ({ namespace = '' }: Difference) =>
      namespace !== '' && namespace !== app.namespace && !objects.has(`/Namespace//${namespace}`);
    const wrong = all.filter(({ kind }) => kind === 'wrong');
    // What goes, goes only after all the rest could be applied.
    const isStuck = wrong.some(isHomeless);
    const waits = isStuck || !app.prune || extra.length + releasesOf(app, extra) > 3 || app.objects.size === 0;
    // What somebody changed by hand stays, where that is not to be undone; only what Git asks for anew comes.
    if (app.selfHeal) found.push(...wrong.filter(one => !isHomeless(one)).map(({ words }) => words));
    if (!waits) found.push(...extra.map(({ words }) => words));
    found.push(...unsaid(stage, app, app.selfHeal && extra.length === 0));
  }
  found.push(...stillLeaving(stage, model));
  const { sight } = stage.observer;
  const isHeld = stage.carried.some(({ point, verdict }) => point.kind.startsWith('file.') && verdict.do === 'fail');
  if (sight instanceof MachineSight && !isHeld && !isForgotten(stage.history))
    found.push(...useless(sight.view.left(), model).map(path => `${path} is of no use, and still there`));
  if (how === 'by itself') found.push(...orphans(stage, model, objects));
  return found;
}

/** Directories that are empty because somebody deleted a file, which is not to be repaired, are still for that file. */
function useless(left: readonly string[], { apps }: Model): string[] {
  const declared = [...apps.values()].flatMap(({ objects }) => [...objects.keys()]);
  return left.filter(path => !declared.some(key => key.startsWith(fileKey(`${path}/`))));
}

/** What the operator does not say yet: worth waiting for, and another monitor's to complain about. */
function unsaid(stage: Stage, { name }: AppModel, synced: boolean): string[] {
  const said = stage.observer.said.findLast(({ application }) => application === name);
  const isDone = said?.operation !== 'running' && said?.operation !== 'failed';
  const isOver = isDone && said?.revision === stage.world.git.head();
  const isSo = isOver && (!synced || said.sync === 'Synced');
  return isSo ? [] : [`said: ${name} is ${said?.sync} at ${said?.revision}`];
}

/** Applications that are no more, and are being deleted. */
function stillLeaving(stage: Stage, { apps }: Model): string[] {
  const last = new Map(stage.observer.said.map(said => [said.application, said]));
  const running = [...last.values()].filter(
    ({ operation, application }) => operation === 'running' && !apps.has(application),
  );
  return running.map(({ application }) => `said: ${application} is being deleted`);
}

/** Of an application that is no more, nothing is left, if all its declarations said so and the store was not lost. */
function orphans(stage: Stage, model: Model, objects: ReadonlyMap<string, KubeObject>): string[] {
  const { heads, asked } = stage.observer;
  const forgot =
    stage.carried.some(({ point }) => point.kind === 'database.write' || point.kind.startsWith('file.')) ||
    stage.forgot;
  if (forgot) return [];
  const found: string[] = [];
  for (const [owner, keys] of orphansOf(model, objects.values())) {
    const declared = heads.flatMap(({ files }) => whatShouldBe(files).apps.get(owner) ?? []);
    const letGo = asked.some(({ request }) => request.app === owner && request.ask === 'remove');
    // A project that went with it still says what may be taken away.
    const isKept = declared.some(({ cascade, forbids }) => !cascade || forbids.size > 0);
    if (letGo || declared.length === 0 || isKept) continue;
    const kept = keys.filter(key => !isHook(objects.get(key) ?? {}));
    found.push(...kept.map(key => `${owner} is no more, and ${key} is still there`));
  }
  return found;
}

async function play(encore: Encore, stage: Stage): Promise<void> {
  switch (encore) {
    case 'restart':
      return await stage.restart();
    case 'unrelated commit':
      stage.world.git.commit({ 'README.md': `encore ${stage.now}` });
      return stage.observer.moved();
    case 'lost store':
      return stage.loseStore();
    case 'no-op sync':
      for (const name of present(stage).apps.keys()) stage.ask({ ask: 'sync', app: name });
  }
}
