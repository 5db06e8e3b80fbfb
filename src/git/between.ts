import type { Commit } from './repository.ts';

/** What leads from one commit to another. Both lists newest first. */
export interface Between {
  /** In the history of the second, and not of the first. */
  added: Commit[];
  /** The other way round: what going back, or to another branch, takes away. */
  taken: Commit[];
  /** There may be more: as many commits were looked at as may be, or one could not be read. */
  cut: boolean;
}

const ofBefore = 1;
const ofAfter = 2;
const ofBoth = 3;

/**
 * Whose times are wrong may hide behind newer ones what both have in common: so many commits are looked at after the last one that
 * only one of the two has.
 */
const slop = 10;

interface Seen {
  commit: Commit;
  side: number;
  isWaiting: boolean;
}

/** Walks both histories by time, as far as they differ; `read` may throw for what a shallow repository does not have. */
export async function commitsBetween(
  read: (id: string) => Promise<Commit>,
  before: string,
  after: string,
  most: number,
): Promise<Between> {
  const seen = new Map<string, Seen>();
  const waiting: Seen[] = [];
  let cut = false;

  /** What follows from it for those before it is told again when it turns out to be of the other side, too. */
  async function mark(id: string, side: number): Promise<void> {
    const known = seen.get(id);
    if (known === undefined) {
      if (seen.size >= most) {
        cut = true;
        return;
      }
      const found = { commit: await read(id), side, isWaiting: true };
      seen.set(id, found);
      insert(waiting, found);
    } else if ((known.side | side) !== known.side) {
      known.side |= side;
      if (!known.isWaiting) insert(waiting, known);
      known.isWaiting = true;
    }
  }

  async function markParents({ commit, side }: Seen): Promise<void> {
    for (const parent of commit.parents) {
      try {
        await mark(parent, side);
      } catch {
        cut = true;
      }
    }
  }

  await mark(before, ofBefore);
  await mark(after, ofAfter);
  for (let left = slop; waiting.length > 0 && left > 0; ) {
    left = waiting.some(({ side }) => side !== ofBoth) ? slop : left - 1;
    const next = waiting.pop() as Seen;
    next.isWaiting = false;
    await markParents(next);
  }
  const all = [...seen.values()].toSorted((a, b) => b.commit.at - a.commit.at);
  const only = (wanted: number) => all.flatMap(({ commit, side }) => (side === wanted ? commit : []));
  return { added: only(ofAfter), taken: only(ofBefore), cut };
}

/** The newest is the last. */
function insert(waiting: Seen[], one: Seen): void {
  let at = waiting.length;
  while (at > 0 && (waiting[at - 1] as Seen).commit.at > one.commit.at) at--;
  waiting.splice(at, 0, one);
}
