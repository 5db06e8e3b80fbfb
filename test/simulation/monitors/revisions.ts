import { ailsMark, revMark } from '../histories/items.ts';
import { isHook } from './differences.ts';
import {
  type Evidence,
  isDisturbed,
  isEffective,
  keyOf,
  type Monitor,
  ownerOf,
  type Seen,
  wasAsked,
} from './evidence.ts';
import { type Model, modelsOf } from './model.ts';

interface Write {
  seen: Seen;
  app: string;
  key: string;
  rev: string;
  /** Heads, by number, that declare just this content, and were there already. */
  heads: number[];
}

/** Every write of ours that set content, with the revisions that it may come from. */
export function contentWrites(evidence: Evidence): Write[] {
  const models = modelsOf(evidence.heads);
  return evidence.log.flatMap(seen => {
    const { after } = seen;
    if (after === undefined || seen.method === 'DELETE' || !isEffective(seen)) return [];
    const rev = after.metadata?.annotations?.[revMark];
    const app = ownerOf(after);
    if (rev === undefined || app === '') return [];
    const key = keyOf(after);
    return [{ seen, app, key, rev, heads: headsWith(key, rev, app, seen.at, evidence, models) }];
  });
}

function headsWith(key: string, rev: string, app: string, at: number, { heads }: Evidence, models: Model[]): number[] {
  return heads.flatMap((head, i) => {
    if (head.at > at) return [];
    const declared = models[i]?.apps.get(app);
    const object = declared?.objects.get(key) ?? declared?.hooks.get(key);
    return object?.metadata?.annotations?.[revMark] === rev ? [i] : [];
  });
}

/** P3: what is older is never applied over what is newer, unless a person asks. */
export const newest: Monitor = {
  name: 'newest',
  promise: 'An older revision is never applied after a newer one, unless asked',
  *check(evidence) {
    if (evidence.history.second !== undefined) return;
    const reached = new Map<string, number>();
    for (const { seen, app, key, rev, heads } of contentWrites(evidence)) {
      const asked = evidence.asked.some(({ at, request }) => at <= seen.at && request.ask === 'rollback');
      if (heads.length === 0 || asked || wasUnderWay(seen, evidence)) continue;
      const bound = reached.get(app) ?? 0;
      const last = heads.at(-1) ?? 0;
      if (last < bound && !gaveWay(app, last, evidence) && !wasForgotten(seen, evidence))
        yield {
          at: seen.at,
          words: `${key} was set to ${rev}, of revision ${last}, after revision ${bound} of ${app}`,
        };
      reached.set(app, Math.max(bound, heads[0] ?? 0));
    }
  },
};

/**
 * A power cut may take the last that was remembered, for nobody waits for the disk at each sync. Where the next start cannot read what is
 * newest, either, it keeps what it remembers.
 */
function wasForgotten({ at }: Seen, { carried, history }: Evidence): boolean {
  const cuts = [
    ...carried.flatMap(({ at: cut, verdict }) => ('power' in verdict && verdict.power ? [cut] : [])),
    ...history.actions.flatMap(({ at: cut, do: done }) => (done === 'lose power' ? [cut] : [])),
  ];
  return cuts.some(
    cut =>
      cut < at &&
      carried.some(({ at: failed, point: { kind } }) => kind === 'git.read' && failed > cut && failed <= at),
  );
}

/** Where a revision that does not get well in time gives way, the one before comes back: for its own mistakes, or others'. */
function gaveWay(name: string, to: number, evidence: Evidence): boolean {
  if (evidence.history.target !== 'machine') return false;
  // Whoever kills a process again and again keeps it from getting well.
  if (isDisturbed(evidence) || evidence.history.actions.some(one => one.do === 'handiwork')) return true;
  return modelsOf(evidence.heads)
    .slice(to + 1)
    .some(({ apps }) => {
      const { objects = new Map(), hooks = new Map() } = apps.get(name) ?? {};
      return [...objects.values(), ...hooks.values()].some(({ metadata }) => metadata?.annotations?.[ailsMark]);
    });
}

/** Sent long before it came to the server, which may have been by somebody who is dead by now. */
function wasUnderWay({ at }: Seen, { carried }: Evidence): boolean {
  return carried.some(
    ({ at: sent, point, verdict }) =>
      point.kind === 'api.write' && verdict.do === 'delay' && Math.abs(sent + (verdict.ms ?? 0) - at) < 100,
  );
}

/** Promise 11: nothing runs but what a revision declares, and of what is not automated only what somebody asked for. */
export const oneWay: Monitor = {
  name: 'one way in',
  promise: 'What runs changes only through Git, or by a word that is recorded',
  *check(evidence) {
    const models = modelsOf(evidence.heads);
    for (const { seen, app, key, rev, heads } of contentWrites(evidence)) {
      if (heads.length === 0) {
        yield { at: seen.at, words: `${key} was set to ${rev}, which no revision of ${app} says` };
        continue;
      }
      if (isHook(seen.after ?? {})) continue;
      // Policy may change without content: any revision before may have been gone by.
      const automated = models.some(
        ({ apps }, i) => (evidence.heads[i]?.at ?? 0) <= seen.at && apps.get(app)?.automated === true,
      );
      if (!automated && !wasAsked(app, seen.at, evidence))
        yield { at: seen.at, words: `${key} was written, though ${app} is not automated and nobody asked` };
      // A second operator has a store of its own, and was told nothing.
      if (evidence.history.second === undefined && isSuspended(app, seen.at, evidence))
        yield { at: seen.at, words: `${key} was written, though ${app} is suspended` };
    }
  },
};

/** How long a sync that was under way may go on; longer where requests are answered late. */
const finishesMs = 20_000;
const finishesLateMs = 60_000;

function isSuspended(app: string, at: number, evidence: Evidence): boolean {
  const { asked, history, carried } = evidence;
  const finishes = isDisturbed(evidence) ? finishesLateMs : finishesMs;
  // What people said is lost with the store (docs/concepts.md, "Overrides").
  const forgets = history.actions.some(one => /^(lose|tear|older) store$/.test(one.do)) || carried.some(isOnDisk);
  if (forgets) return false;
  const words = asked.filter(one => one.at <= at && one.request.app === app && one.refused === undefined);
  const last = words.findLast(({ request }) => request.ask !== 'diff' && request.ask !== 'refresh');
  return last !== undefined && last.request.ask === 'suspend' && at - last.at > finishes;
}

function isOnDisk({ point }: { point: { kind: string } }): boolean {
  return point.kind === 'database.write' || point.kind === 'file.write' || point.kind === 'file.read';
}

/** P5: two operators may both be there; they do not undo each other's work again and again. */
export const noFlapping: Monitor = {
  name: 'flapping',
  promise: 'Two leaders do not set a thing to and fro',
  *check(evidence) {
    const bySubject = Map.groupBy(contentWrites(evidence), ({ key }) => key);
    for (const [key, writes] of bySubject) {
      const moves = evidence.heads.length + evidence.asked.length;
      let returns = 0;
      const had = new Set<string>();
      let present = '';
      for (const { rev, seen } of writes) {
        if (rev !== present && had.has(rev)) returns++;
        present = rev;
        had.add(rev);
        if (returns > moves) yield { at: seen.at, words: `${key} went back to what it was ${returns} times` };
      }
    }
  },
};
