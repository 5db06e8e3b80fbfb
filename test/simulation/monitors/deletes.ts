import { isHook } from './differences.ts';
import {
  type Evidence,
  type Head,
  isDisturbed,
  isEffective,
  isForced,
  keyOf,
  type Monitor,
  ownerOf,
  type Seen,
  wasAsked,
} from './evidence.ts';
import { isForbidden, type Model, modelsOf, whatShouldBe } from './model.ts';

/** How old a revision may be that a delete goes by, where nothing holds the operator up. */
const lagMs = 60_000;

/** How long deletes wait for an application that could not be read already when what they delete was still declared (decision 0016). */
const patienceMs = 90_000;

/** P2, promise 4: each delete has a reason in a revision that was read whole, or in a person's word. */
export const deletes: Monitor = {
  name: 'deletes',
  promise: 'Only what is ours, and what a whole revision lacks, is ever deleted; a mass of it only by a word',
  *check(evidence) {
    const done = evidence.log.filter(seen => seen.method === 'DELETE' && isEffective(seen));
    for (const seen of done) {
      const words = objection(seen, evidence);
      if (words !== undefined) yield { at: seen.at, words: `${nameOf(seen)}: ${words}` };
    }
    yield* masses(done, evidence);
  },
};

function nameOf({ before, path }: Seen): string {
  return before === undefined ? path : keyOf(before);
}

function objection(seen: Seen, evidence: Evidence): string | undefined {
  const { before } = seen;
  if (before === undefined) return 'nothing is known of what was deleted';
  const app = ownerOf(before);
  if (app === '') return 'it was deleted, and never was ours';
  if (isHook(before)) return undefined;
  if (isForced(before)) return undefined;
  if (wasAsked(app, seen.at, evidence, ['remove'])) return undefined;
  const key = keyOf(before);
  const known = candidates(seen.at, evidence);
  const isRolledBack = wasAsked(app, seen.at, evidence, ['rollback']);
  const reasons = known.map(head => {
    // Who is rolled back goes by an older revision than the others, and a person has seen what goes with it.
    const others = isRolledBack ? known.at(-1)?.model : head.model;
    const claimant = claimantOf(key, app, others, seen.at, evidence, isRolledBack);
    return claimant === undefined ? objectionBy(head, key, app) : `${claimant} declares it`;
  });
  return reasons.includes(undefined) ? undefined : (reasons.at(-1) ?? 'no revision was known yet');
}

function claimantOf(
  key: string,
  app: string,
  model: Model | undefined,
  at: number,
  evidence: Evidence,
  isRolledBack: boolean,
): string | undefined {
  for (const other of model?.apps.values() ?? []) {
    if (!other.objects.has(key) || !other.automated || isForbidden(other, key)) continue;
    if (other.name === app ? isRolledBack : wasBroken(other.name, key, app, at, evidence)) continue;
    return other.name;
  }
  return undefined;
}

/** Could not be read before it was dropped, either, and was waited for. */
function wasBroken(name: string, key: string, app: string, at: number, { heads, said }: Evidence): boolean {
  const dropped = heads.findLast(
    (head, i) =>
      head.at <= at - patienceMs &&
      whatShouldBe(heads[i - 1]?.files ?? new Map())
        .apps.get(app)
        ?.objects.has(key) &&
      !whatShouldBe(head.files).apps.get(app)?.objects.has(key),
  );
  if (dropped === undefined) return false;
  const before = said.findLast(one => one.application === name && one.at <= dropped.at);
  return (
    before?.sync === 'Unknown' && !said.some(one => one.application === name && one.at > dropped.at && one.at < at)
  );
}

/** Why this revision does not justify the delete. */
function objectionBy({ files, model }: Candidate, key: string, app: string): string | undefined {
  const declared = model.apps.get(app);
  if (declared === undefined) return whatShouldBe(files).readable ? undefined : 'the declarations could not be read';
  if (!declared.whole) return 'the application could not be read whole';
  return declared.objects.has(key) ? 'it is declared' : undefined;
}

interface Candidate {
  files: Head['files'];
  /** With the declarations of before, where these could not be read. */
  model: Model;
}

/** Revisions that the operator may have gone by. */
function candidates(at: number, evidence: Evidence): Candidate[] {
  const free = isDisturbed(evidence) || evidence.asked.some(({ request }) => request.ask === 'rollback');
  const models = modelsOf(evidence.heads);
  return evidence.heads.flatMap(({ at: since, files }, i) => {
    const over = evidence.heads[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const model = models[i] ?? whatShouldBe(files);
    return since <= at && (free || over > at - lagMs) ? [{ files, model }] : [];
  });
}

/** More than three and more than half of what there was, or all because nothing is declared any more: never without a word. */
function* masses(done: readonly Seen[], evidence: Evidence): Iterable<{ at: number; words: string }> {
  const models = modelsOf(evidence.heads);
  const groups = Map.groupBy(done, seen => `${ownerOf(seen.before ?? {})} ${droppedAt(seen, models, evidence)}`);
  for (const [name, gone] of groups) {
    const [owner = '', dropped = ''] = name.split(' ');
    const app = models[Number(dropped)]?.apps.get(owner);
    const first = gone[0];
    if (dropped === '' || app === undefined || first === undefined || wasConfirmed(owner, first.at, evidence)) continue;
    // What came back in between, because the revision gave way, goes another time.
    const count = new Set(gone.map(({ path }) => path)).size;
    const had = [...evidence.timeline.everything(first.at - 1)].filter(one => ownerOf(one) === owner).length;
    const since = models.slice(Number(dropped), evidence.heads.findLastIndex(({ at }) => at <= first.at) + 1);
    const isAll = since.every(({ apps }) => apps.get(owner)?.objects.size === 0);
    if (isAll || (count > 3 && count > had / 2))
      yield {
        at: first.at,
        words: `${count} of ${had} objects of ${owner} went at once, and nobody said they might`,
      };
  }
}

/** Number of the revision since which the application lacks it; '' where it was not pruned for that. */
function droppedAt({ before, at }: Seen, models: readonly Model[], { heads }: Evidence): number | '' {
  if (before === undefined || isHook(before) || isForced(before)) return '';
  const [key, owner] = [keyOf(before), ownerOf(before)];
  let since: number | '' = '';
  for (let i = heads.findLastIndex(head => head.at <= at); i >= 0; i--) {
    const app = models[i]?.apps.get(owner);
    // The application itself had gone: what is deleted then is deleted with it.
    if (app === undefined) return '';
    if (app.objects.has(key)) break;
    since = i;
  }
  return since;
}

function wasConfirmed(app: string, at: number, { asked }: Evidence): boolean {
  return asked.some(
    ({ at: when, request }) =>
      when <= at &&
      request.app === app &&
      (request.ask === 'remove' || (request.ask === 'sync' && request.confirm === true)),
  );
}
