import { type Evidence, isOurs, isWrite, type Monitor, type Seen } from './evidence.ts';
import { isWatch } from './silent.ts';

const windowMs = 10_000;
/** The same request in ten seconds: five tries of the client, of a few that want it, and some that came twice. */
const sameInWindow = 25;
/** Writes of one object in a minute: what a person changes again and again is answered ever more rarely. */
const writesInMinute = 40;

/** P9: trouble does not make a storm. */
export const bounded: Monitor = {
  name: 'bounded',
  promise: 'Requests stay few, whatever fails: pauses grow, and nothing is done in a hot loop',
  *check(evidence) {
    const ours = evidence.log.filter(isOurs);
    yield* tooMany(ours, windowMs, sameInWindow, seen => `${seen.method} ${withoutVersion(seen)} dry=${seen.dryRun}`);
    yield* tooMany(ours.filter(isWrite), 60_000, writesInMinute, seen => `write of ${seen.path.split('?')[0]}`);
    yield* total(ours, evidence);
  },
};

function withoutVersion({ path }: Seen): string {
  return isWatch(path) ? `${path.split('?')[0]} (watch)` : path;
}

function* tooMany(
  log: readonly Seen[],
  ms: number,
  most: number,
  name: (seen: Seen) => string,
): Iterable<{ at: number; words: string }> {
  const recent = new Map<string, number[]>();
  const told = new Set<string>();
  for (const seen of log) {
    const subject = name(seen);
    const times = recent.get(subject) ?? [];
    times.push(seen.at);
    while ((times[0] ?? seen.at) < seen.at - ms) times.shift();
    recent.set(subject, times);
    if (times.length <= most || told.has(subject)) continue;
    told.add(subject);
    yield { at: seen.at, words: `${times.length} times in ${ms / 1000} s: ${subject}` };
  }
}

/** A start looks at each kind once; each minute, each change and each fault may cost some more. */
function* total(ours: readonly Seen[], evidence: Evidence): Iterable<{ at: number; words: string }> {
  const { lives, history, carried, endedAt, asked } = evidence;
  const starts = lives.filter(({ event }) => event === 'start').length;
  const most = 400 * starts + 150 * (history.actions.length + asked.length + 2) + 60 * carried.length + endedAt / 1000;
  if (ours.length > most)
    yield { at: endedAt, words: `${ours.length} requests in all, where ${Math.round(most)} are a lot` };
}
