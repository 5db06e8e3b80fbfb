import { ailsMark } from '../histories/items.ts';
import {
  type Evidence,
  isDisturbed,
  isOurs,
  type KubeObject,
  keyOf,
  type Monitor,
  ownerOf,
  type Seen,
} from './evidence.ts';
import { type AppModel, isContained, modelsOf } from './model.ts';

const isFile = ({ path }: Seen) => path.startsWith('machine/File/');
const isProcess = ({ path }: Seen) => path.startsWith('machine/Process/');
const pathOf = ({ path }: Seen) => path.slice(path.indexOf('//') + 2);

/** Whatever was declared of this so far, by any revision. */
function* everDeclared(seen: Seen, { heads }: Evidence): Iterable<KubeObject> {
  for (const [i, { apps }] of modelsOf(heads).entries()) {
    if ((heads[i]?.at ?? 0) > seen.at) return;
    for (const { objects } of apps.values()) {
      const declared = objects.get(seen.path);
      if (declared !== undefined) yield declared;
    }
  }
}

/** Where nothing of an application may be. */
const root = '/srv/';

/** Files: only where they may be, only whole ones, and nothing of anybody else's. */
export const files: Monitor = {
  name: 'files',
  promise: 'Files are written inside of the roots, as a revision says or not at all; what others made is kept',
  *check(evidence) {
    const madeBy = new Map<string, string>();
    for (const seen of evidence.log.filter(isFile)) {
      const words = isOurs(seen) ? objection(seen, madeBy, evidence) : undefined;
      if (words !== undefined) yield { at: seen.at, words: `${pathOf(seen)} ${words}` };
      const made = contentId(seen.after);
      if (seen.method === 'PATCH' && !madeBy.has(made)) madeBy.set(made, seen.userAgent);
    }
  },
};

/** Files may be moved about: by whom, says nothing of who wrote them. */
function contentId(object: KubeObject | undefined): string {
  return JSON.stringify([
    object?.metadata?.name,
    object?.metadata?.uid,
    (object?.spec as { content?: string })?.content,
  ]);
}

function objection(seen: Seen, madeBy: ReadonlyMap<string, string>, evidence: Evidence): string | undefined {
  const path = pathOf(seen);
  if (!path.startsWith(root)) return 'was written outside of the roots';
  if (seen.method === 'HALF') return undefined;
  const declared = [...everDeclared(seen, evidence)];
  if (seen.method === 'PATCH') {
    if (path.includes('.holdfast-saved')) return undefined;
    if (declared.length === 0) return 'was written, and no revision ever declared it';
    return declared.some(one => isContained(one, seen.after)) ? undefined : 'was written as no revision declares it';
  }
  // Kept beside, with all that is in it.
  if (seen.method === 'MOVE') return undefined;
  if (declared.length === 0) return 'was taken away, and never was ours';
  const author = madeBy.get(contentId(seen.before)) ?? '';
  if (seen.method === 'DELETE' && author === 'adept/1')
    return 'was thrown away, with what somebody had written into it';
  return undefined;
}

/** Processes: each of them once, and ended for a reason. */
export const processes: Monitor = {
  name: 'processes',
  promise: 'No process is started twice, or ended without a revision that wants another one',
  *check(evidence) {
    const models = modelsOf(evidence.heads);
    for (const seen of evidence.log.filter(one => isProcess(one) && isOurs(one))) {
      const { before, method } = seen;
      if (method === 'PATCH' && before !== undefined)
        yield { at: seen.at, words: `${pathOf(seen)} was started while it ran` };
      if (method !== 'STOP' || before === undefined || isAsked(seen, evidence)) continue;
      const present = candidates(seen, evidence).map(i => models[i]?.apps.get(ownerOf(before)));
      if (present.every(app => isAsDeclared(app, before)))
        yield { at: seen.at, words: `${pathOf(seen)} was ended, though it ran as declared` };
    }
  },
};

function isAsDeclared(app: AppModel | undefined, before: KubeObject): boolean {
  const declared = app?.objects.get(keyOf(before));
  return declared !== undefined && isContained(declared, before);
}

/** A look at Git, and the end of the sync that it led to. */
const lagMs = 60_000;

/** Revisions that it may have been ended for: older ones, too, where one gave way or nobody could tell. */
function candidates(seen: Seen, evidence: Evidence): number[] {
  const { heads } = evidence;
  const models = modelsOf(heads);
  const app = models.map(({ apps }) => apps.get(ownerOf(seen.before ?? {})));
  const isHeldUp = isDisturbed(evidence) || evidence.history.actions.some(one => one.do === 'handiwork');
  const isFree = isHeldUp || evidence.asked.some(({ request }) => request.ask === 'rollback');
  return heads.flatMap(({ at }, i) => {
    const over = heads[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const gaveWay = app.slice(i + 1).some(one => [...(one?.objects.values() ?? [])].some(ails));
    return at <= seen.at && (isFree || gaveWay || over > seen.at - lagMs) ? [i] : [];
  });
}

function ails({ metadata }: KubeObject): boolean {
  return metadata?.annotations?.[ailsMark] !== undefined;
}

/** Somebody took its files away, or said it may go. */
function isAsked({ at, before }: Seen, { asked, history }: Evidence): boolean {
  const app = ownerOf(before ?? {});
  return (
    asked.some(one => one.at <= at && one.request.app === app && one.request.ask === 'remove') ||
    history.actions.some(
      one => one.do === 'handiwork' && one.at <= at && one.work.do === 'wipe' && one.work.key.includes(`/${app}/`),
    )
  );
}
