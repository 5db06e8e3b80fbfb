import { ailsMark } from '../histories/items.ts';
import { isHook } from './differences.ts';
import {
  type Carried,
  type Evidence,
  type Head,
  isDisturbed,
  isEffective,
  isOurs,
  isWrite,
  type Monitor,
  ownerOf,
  type Seen,
} from './evidence.ts';
import { whatShouldBe } from './model.ts';

/** The deadline of a request, with some tries of what follows it. */
const hungReadMs = 75_000;

/** Between two times that a mirror is made anew, with the pause of a repository that did not answer. */
const rebuildMs = 11.5 * 60_000;

/** P4, P5 of the design: with nothing changed there are watches, and a look at the refs. */
export const idle: Monitor = {
  name: 'idle',
  promise: 'With nothing changed: no writes, no renders, no reads but watches and one check of refs',
  *check({ log, rests, effects, heads, carried, history }) {
    for (const { name, from, to } of rests) {
      for (const seen of log) {
        if (seen.at <= from || seen.at > to || !isOurs(seen) || isWatch(seen.path) || isRelist(seen.path)) continue;
        if (isLeftAiling(seen, heads) || isAskedAgain(seen, { carried, history }) || isAfterRelist(seen, log)) continue;
        yield { at: seen.at, words: `${seen.method} ${seen.path} while ${name}` };
      }
      let rebuilt = 0;
      for (const { at, kind, detail } of effects) {
        if (at <= from || at > to || (kind !== 'render' && kind !== 'git.fetch')) continue;
        if (kind === 'git.fetch' && wasDamaged(at, carried) && ++rebuilt === 1) continue;
        yield { at, words: `${kind} ${detail} while ${name}` };
      }
    }
  },
};

/** P6: what changes nothing writes nothing, not even the same thing again. */
export const noOp: Monitor = {
  name: 'no-op',
  promise: 'A restart, a commit about something else, a lost store, a sync of what is so: no write',
  *check({ log, encores, heads, carried }) {
    const lostAt = encores.find(({ name }) => name === 'lost store')?.from ?? Number.POSITIVE_INFINITY;
    for (const { name, from, to } of encores) {
      for (const seen of log) {
        if (seen.at <= from || seen.at > to || !isOurs(seen) || !isWrite(seen)) continue;
        // Where nothing is automated, it runs with the first sync that a person asks for.
        if ((seen.at > lostAt && isOnlyHook(seen, heads)) || isLeftAiling(seen, heads)) continue;
        if (isHook(seen.after ?? seen.before ?? {}) && carried.some(isOnStore)) continue;
        if (seen.method === 'HALF' && carried.some(isRefusedRemoval)) continue;
        const what = isEffective(seen) ? 'changed something' : 'was sent';
        yield { at: seen.at, words: `${seen.method} ${seen.path} ${what} at ${name}` };
      }
    }
  },
};

/** A mirror that looks damaged is made anew, once in ten minutes. */
function wasDamaged(at: number, carried: readonly Carried[]): boolean {
  return carried.some(({ at: since, point }) => point.kind === 'git.read' && since < at && at < since + rebuildMs);
}

/** What did not answer before it became calm is asked again when its deadline is over, and with it what it is about. */
function isAskedAgain({ method, at }: Seen, { carried, history }: Pick<Evidence, 'carried' | 'history'>): boolean {
  const hung = carried.flatMap(({ at: sent, point: { kind }, verdict }) =>
    verdict.do === 'hang' && (kind === 'api.read' || kind === 'api.watch') ? [sent] : [],
  );
  // What was sent just before the end of it.
  const lost = history.actions.flatMap(one =>
    one.do === 'hinder' && one.hindrance.by === 'partition' && one.hindrance.of === 'api.test' ? [one.at + one.ms] : [],
  );
  return method === 'GET' && [...hung, ...lost].some(sent => at > sent && at <= sent + hungReadMs);
}

/** Half a file that a start could not remove goes at the next one. */
function isRefusedRemoval({ point, verdict }: Carried): boolean {
  return verdict.do === 'fail' && point.kind.startsWith('file.');
}

/** A store that could be neither used nor set aside is used again by the next start: it knows of no sync in between. */
function isOnStore({ point, verdict }: Carried): boolean {
  return point.kind === 'file.write' && point.detail.includes('/store.db') && verdict.do === 'fail';
}

/** A process that stayed when its application went: it ends again and again, and is kept going as it was. */
function isLeftAiling({ path, after }: Seen, heads: readonly Head[]): boolean {
  if (!path.startsWith('machine/Process/') || after?.metadata?.annotations?.[ailsMark] === undefined) return false;
  return !whatShouldBe(heads.at(-1)?.files ?? new Map()).apps.has(ownerOf(after));
}

/** A hook of an application that has nothing else: nothing in the cluster tells that it ran, once the store is lost. */
function isOnlyHook({ after, before }: Seen, heads: readonly Head[]): boolean {
  const object = after ?? before ?? {};
  const app = whatShouldBe(heads.at(-1)?.files ?? new Map()).apps.get(ownerOf(object));
  return isHook(object) && app?.objects.size === 0;
}

/** Applications that share one may both make it, when hooks of theirs need it at once. */
function isNamespace(path: string): boolean {
  return /^\/api\/v1\/namespaces\/[^/]+\?/.test(path);
}

/** Where to begin to watch definitions: twice an hour each. */
function isRelist(path: string): boolean {
  return /\/(apiservices|customresourcedefinitions)\?limit=1$/.test(path);
}

/** What changed before such a watch began is told to nobody: what is served is asked at once, and some seconds later. */
function isAfterRelist({ at, path }: Seen, log: readonly Seen[]): boolean {
  if (path !== '/api' && path !== '/apis') return false;
  return log.some(other => other.at <= at && other.at > at - 6_000 && isOurs(other) && isRelist(other.path));
}

export function isWatch(path: string): boolean {
  return /[?&]watch=(true|1)/.test(path);
}

/** Promise 6: a write that changes nothing was not needed. */
export const thrifty: Monitor = {
  name: 'thrifty',
  promise: 'Where nothing fails, each write changes something',
  *check(evidence) {
    // News that come late or twice are no reason to write, either.
    const isNews = ({ point, verdict }: Carried) =>
      point.kind === 'watch.event' && (verdict.do === 'delay' || verdict.do === 'duplicate');
    if (isDisturbed({ ...evidence, carried: evidence.carried.filter(one => !isNews(one)) })) return;
    for (const seen of evidence.log) {
      if (!isOurs(seen) || !isWrite(seen) || seen.status >= 300 || isEffective(seen)) continue;
      if (isNamespace(seen.path)) continue;
      // Somebody had just done the same, or undone it.
      const touched = evidence.history.actions.some(
        ({ do: done, at }) => done !== 'commit' && at <= seen.at && at > seen.at - 30_000,
      );
      if (!touched) yield { at: seen.at, words: `${seen.method} ${seen.path} changed nothing` };
    }
  },
};
