import { revMark } from '../histories/items.ts';
import { isHook } from './differences.ts';
import {
  type Evidence,
  isEffective,
  isLoss,
  type KubeObject,
  keyOf,
  type Monitor,
  ownerOf,
  type Seen,
} from './evidence.ts';
import { type AppModel, whatShouldBe } from './model.ts';
import { contentWrites } from './revisions.ts';

/** Promise of the plan: waves in their order, and what Git dropped goes when all the rest is there. */
export const order: Monitor = {
  name: 'order',
  promise: 'A wave begins when the one before is there; what Git dropped is deleted last',
  *check(evidence) {
    // People, and a second leader, change things in any order.
    if (evidence.history.second !== undefined) return;
    yield* wavesInOrder(evidence);
    yield* prunesLast(evidence);
  },
};

function waveOf({ metadata }: KubeObject): number {
  return Number(metadata?.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
}

/** A first write of a thing: all of the waves before had been there by then. */
function* wavesInOrder(evidence: Evidence): Iterable<{ at: number; words: string }> {
  for (const { seen, app, key, heads } of contentWrites(evidence)) {
    if (seen.before !== undefined || isHook(seen.after ?? {}) || isTouched(seen.at, evidence)) continue;
    const possible = heads.flatMap(i => apps(i, app, evidence));
    if (possible.length === 0) continue;
    const reasons = possible.map(model => missingBefore(model, key, seen.at, evidence));
    if (!reasons.includes(undefined)) yield { at: seen.at, words: `${key} was made before ${reasons[0]}` };
  }
}

function apps(head: number, name: string, { heads }: Evidence): AppModel[] {
  const found = whatShouldBe(heads[head]?.files ?? new Map()).apps.get(name);
  return found === undefined ? [] : [found];
}

function missingBefore({ objects }: AppModel, key: string, at: number, { timeline }: Evidence): string | undefined {
  const own = objects.get(key);
  if (own === undefined) return undefined;
  for (const [other, declared] of objects)
    if (declared.kind !== 'Unserved' && waveOf(declared) < waveOf(own) && timeline.at(other, at) === undefined)
      return other;
  return undefined;
}

/** Of at least one revision that drops it, everything had been applied. */
function* prunesLast(evidence: Evidence): Iterable<{ at: number; words: string }> {
  for (const seen of evidence.log) {
    const { before } = seen;
    if (seen.method !== 'DELETE' || before === undefined || !isEffective(seen) || isHook(before)) continue;
    const app = ownerOf(before);
    if (app === '' || isTouched(seen.at, evidence) || isTeardown(app, seen, evidence)) continue;
    const dropping = evidence.heads.flatMap((head, i) =>
      head.at > seen.at ? [] : apps(i, app, evidence).filter(model => !model.objects.has(keyOf(before))),
    );
    if (dropping.length === 0) continue;
    const reasons = dropping.map(model => notYet(model, app, seen.at, evidence));
    if (!reasons.includes(undefined))
      yield { at: seen.at, words: `${keyOf(before)} was deleted before ${reasons.at(-1)} was as declared` };
  }
}

function notYet({ objects }: AppModel, app: string, at: number, { timeline }: Evidence): string | undefined {
  for (const [key, declared] of objects) {
    const there = timeline.at(key, at);
    const owner = there === undefined ? '' : ownerOf(there);
    if (owner !== '' && owner !== app) continue;
    if (there?.metadata?.annotations?.[revMark] !== declared.metadata?.annotations?.[revMark]) return key;
  }
  return undefined;
}

function isTeardown(app: string, { at }: Seen, { heads, asked }: Evidence): boolean {
  const removed = asked.some(one => one.at <= at && one.request.app === app && one.request.ask === 'remove');
  return removed || heads.some(head => head.at <= at && !whatShouldBe(head.files).apps.has(app));
}

/** People had their hands in it lately: what they undid is repaired piece by piece, as it is seen. */
function isTouched(at: number, { history, carried }: Evidence): boolean {
  const deeds = ['handiwork', 'delete namespace', 'restore snapshot'];
  const unseenMs = carried.some(isLoss) ? 50 * 60_000 : 60_000;
  return history.actions.some(one => {
    // What Holdfast may not see, it leaves out, and says so; the rest goes on.
    const isUnseen = one.do === 'hinder' && one.hindrance.by === 'rights';
    const from = isUnseen ? at - one.ms - unseenMs : at - unseenMs;
    return (isUnseen || deeds.includes(one.do)) && one.at <= at && one.at > from;
  });
}
