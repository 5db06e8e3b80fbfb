import { revMark } from '../histories/items.ts';
import { isHook } from './differences.ts';
import { type Evidence, isEffective, isOurs, isWrite, keyOf, type Monitor, type Seen } from './evidence.ts';

/** P7: a crash does not run again what has run. Where nothing failed and nobody asked, each hook runs once a revision. */
export const hooksOnce: Monitor = {
  name: 'hooks',
  promise: 'A hook that ended well is not run again at the same revision, whatever crashes',
  *check(evidence) {
    const last = new Map<string, Seen>();
    for (const seen of evidence.log) {
      const { after, before } = seen;
      if (!isEffective(seen) || seen.method === 'DELETE' || after === undefined || !isHook(after)) continue;
      if (before?.metadata?.uid === after.metadata?.uid) continue;
      const key = `${keyOf(after)} ${after.metadata?.annotations?.[revMark]}`;
      const former = last.get(key);
      last.set(key, seen);
      if (former === undefined || !endedWell(former, seen.at, evidence) || hasReason(former.at, seen.at, evidence))
        continue;
      yield { at: seen.at, words: `${key} was run at ${former.at} and again, with nothing new in between` };
    }
  },
};

function endedWell({ after }: Seen, until: number, { timeline }: Evidence): boolean {
  const key = keyOf(after ?? {});
  const uid = after?.metadata?.uid;
  const moments = timeline.changes([key], 0, until);
  return moments.some(at => {
    const object = timeline.at(key, at);
    const { succeeded = 0 } = (object?.status ?? {}) as { succeeded?: number };
    return object?.metadata?.uid === uid && succeeded > 0;
  });
}

/** A newer commit, a failure that makes a sync be tried again, a person, or the memory of it lost. */
function hasReason(from: number, to: number, evidence: Evidence): boolean {
  // Whoever was stopped, or did not reach Git, may just have gone by an older revision.
  const lag = isHeldUp(evidence) ? 300_000 : 30_000;
  const between = ({ at }: { at: number }) => at >= from - lag && at <= to;
  return (
    evidence.heads.some(between) ||
    evidence.asked.some(between) ||
    evidence.said.some(said => between(said) && said.operation === 'failed') ||
    evidence.history.actions.some(one => one.do !== 'crash' && one.do !== 'stop' && between(one)) ||
    evidence.carried.some(one => between(one) && !one.verdict.do.startsWith('crash')) ||
    evidence.log.some(seen => between(seen) && isOurs(seen) && isWrite(seen) && seen.status >= 400) ||
    evidence.history.second !== undefined
  );
}

function isHeldUp({ history, carried }: Evidence): boolean {
  const isCrash = (words: string) => words.startsWith('crash') || words === 'stop';
  const harmless = ['commit', 'request', 'handiwork'];
  return (
    carried.some(({ verdict }) => !isCrash(verdict.do)) ||
    history.actions.some(one => !isCrash(one.do) && !harmless.includes(one.do))
  );
}
