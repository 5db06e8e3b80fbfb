import { revMark } from '../histories/items.ts';
import { type Difference, differencesOf } from './differences.ts';
import {
  type Carried,
  type Evidence,
  type Head,
  isForgotten,
  type KubeObject,
  type Monitor,
  type Said,
} from './evidence.ts';
import { type AppModel, type Model, whatShouldBe } from './model.ts';

/** P8: Synced and Healthy are said of a revision only when there was a moment at which it was so. */
export const truthful: Monitor = {
  name: 'truthful',
  promise: 'Synced and Healthy at r: there was a moment, after r was there, at which it was so',
  *check(evidence) {
    const before = new Map<string, Said>();
    const blindAt = evidence.carried.find(isBlinding)?.at ?? Number.POSITIVE_INFINITY;
    for (const said of evidence.said) {
      if (said.at >= blindAt) break;
      if (isCutOff(said.at, evidence)) continue;
      const last = before.get(said.application);
      before.set(said.application, said);
      const isNews = (name: 'sync' | 'health') => last?.[name] !== said[name] || last.revision !== said.revision;
      if (said.sync === 'Synced' && isNews('sync')) yield* untrue(said, evidence, 'Synced', whySynced);
      if (said.health === 'Healthy' && said.sync === 'Synced' && (isNews('health') || isNews('sync')))
        yield* untrue(said, evidence, 'Healthy', whyHealthy);
    }
    yield* silentEnd(evidence);
  },
};

/** A watch that loses something without a word: until all is listed anew, nobody who watches can know better. */
function isBlinding({ point, verdict }: Carried): boolean {
  if (point.kind === 'watch.event') return verdict.do === 'drop';
  return point.kind === 'api.watch' && (verdict.do === 'hang' || verdict.do === 'stale');
}

/** How long a watch may say nothing before it counts as dead. */
const silentMs = 95_000;

/** Nothing came through, and nobody who waits for news can tell that from there being none. */
function isCutOff(at: number, { history }: Evidence): boolean {
  return history.actions.some(
    one =>
      one.do === 'hinder' &&
      one.hindrance.by === 'partition' &&
      one.hindrance.of === 'api.test' &&
      at >= one.at &&
      at <= one.at + one.ms + silentMs,
  );
}

type Why = (app: AppModel, model: Model, at: number, evidence: Evidence) => string | undefined;

function* untrue(said: Said, evidence: Evidence, word: string, why: Why): Iterable<{ at: number; words: string }> {
  const head = evidence.heads.find(({ commit }) => commit === said.revision);
  const model = head === undefined ? undefined : whatShouldBe(head.files);
  const app = model?.apps.get(said.application);
  if (head === undefined || model === undefined || app === undefined) {
    if (said.revision !== '' && head === undefined)
      yield { at: said.at, words: `${said.application} is said to be ${word} at ${said.revision}, which never was` };
    return;
  }
  const reason = why(app, model, said.at, evidence);
  if (reason === undefined) return;
  const keys = [...evidence.timeline.keys()];
  const since = saidFirst(app, head, evidence);
  for (const moment of evidence.timeline.changes(keys, since, said.at))
    if (why(app, model, moment, evidence) === undefined) return;
  if (why(app, model, since, evidence) === undefined) return;
  yield {
    at: said.at,
    words: `${said.application} is said to be ${word} at ${said.revision.slice(0, 7)}, and never was: ${reason}`,
  };
}

/** Since when Git says the very same of the application: a commit about something else makes nothing untrue. */
function saidFirst({ name, objects }: AppModel, head: Head, { heads }: Evidence): number {
  const words = JSON.stringify([...objects]);
  let since = head.at;
  for (let i = heads.indexOf(head) - 1; i >= 0; i--) {
    const before = heads[i];
    const app = before === undefined ? undefined : whatShouldBe(before.files).apps.get(name);
    if (before === undefined || JSON.stringify([...(app?.objects ?? [])]) !== words) break;
    since = before.at;
  }
  return since;
}

function whySynced(app: AppModel, model: Model, at: number, { timeline, history }: Evidence): string | undefined {
  const all = differencesOf(app, model, key => timeline.at(key, at), timeline.everything(at));
  // What the cluster was told to delete is no longer up to Holdfast; a process that ended is as declared, and not well.
  const isUp = ({ words }: Difference) => !/ machine\/Process\/.* is not there$/.test(words);
  const isKnown = ({ kind }: Difference) => kind !== 'going' && !(kind === 'extra' && isForgotten(history));
  return all.find(one => isKnown(one) && isUp(one))?.words;
}

interface Conditions {
  observedGeneration?: number;
  availableReplicas?: number;
  updatedReplicas?: number;
  conditions?: { type: string; status: string }[];
}

function whyHealthy(app: AppModel, model: Model, at: number, { timeline }: Evidence): string | undefined {
  for (const [key, declared] of app.objects) {
    const object = timeline.at(key, at);
    if (object === undefined) return `${key} is not there`;
    const isShared = [...model.apps.values()].some(other => other !== app && other.objects.has(key));
    if (!isShared && object.metadata?.annotations?.[revMark] !== declared.metadata?.annotations?.[revMark])
      return `${key} is of another revision`;
    const reason = ailment(object);
    if (reason !== undefined) return `${key} ${reason}`;
  }
  return undefined;
}

function ailment(object: KubeObject): string | undefined {
  if (object.kind !== 'Deployment') return undefined;
  const status = (object.status ?? {}) as Conditions;
  const { replicas = 1 } = (object.spec ?? {}) as { replicas?: number };
  const { generation = 0 } = object.metadata as { generation?: number };
  if ((status.observedGeneration ?? 0) < generation) return 'was not looked at by its controller';
  return (status.updatedReplicas ?? 0) < replicas || (status.availableReplicas ?? 0) < replicas
    ? 'does not run'
    : undefined;
}

/** In the end everything is as declared: then that has to be said, too. */
function* silentEnd({ left, heads, rests, said: all, endedAt }: Evidence): Iterable<{ at: number; words: string }> {
  const last = new Map(all.map(said => [said.application, said]));
  const head = heads.at(-1);
  if (left.length > 0 || rests.length === 0 || head === undefined) return;
  for (const { name, automated } of whatShouldBe(head.files).apps.values()) {
    const said = last.get(name);
    // One that has failed is OutOfSync until Git changes, also where the last healthy one comes to the same things.
    if (!automated || (said?.quarantined === true && said.sync === 'OutOfSync')) continue;
    if (said === undefined || said.sync !== 'Synced' || said.revision !== head.commit)
      yield {
        at: endedAt,
        words: `${name} is as declared at ${head.commit.slice(0, 7)}, and said to be ${said?.sync} at ${said?.revision.slice(0, 7)}`,
      };
  }
}
