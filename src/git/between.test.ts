import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitsBetween } from './between.ts';
import type { Commit } from './repository.ts';

type History = Record<string, { parents?: string[]; at?: number }>;

function reader(history: History): (id: string) => Promise<Commit> {
  const order = Object.keys(history);
  return async id => {
    const found = history[id];
    if (found === undefined) throw new Error(`no commit ${id}`);
    const { parents = [], at = order.indexOf(id) } = found;
    const nobody = { author: '', email: '', committer: '', coAuthors: [], reviewers: [], signedOff: [] };
    return { id, parents, at, subject: id, ...nobody };
  };
}

async function between(history: History, before: string, after: string, most = 100) {
  const { added, taken, cut } = await commitsBetween(reader(history), before, after, most);
  return [added.map(({ id }) => id).join(''), taken.map(({ id }) => id).join(''), cut];
}

const line: History = { a: {}, b: { parents: ['a'] }, c: { parents: ['b'] }, d: { parents: ['c'] } };
const merged: History = {
  ...{ a: {}, b: { parents: ['a'] }, x: { parents: ['a'] }, y: { parents: ['x'] } },
  ...{ m: { parents: ['b', 'y'] }, n: { parents: ['m'] } },
};

test.each<[string, History, string, string, [string, string, boolean]]>([
  ['one commit on', line, 'c', 'd', ['d', '', false]],
  ['several on', line, 'a', 'd', ['dcb', '', false]],
  ['nowhere', line, 'c', 'c', ['', '', false]],
  ['back', line, 'd', 'b', ['', 'dc', false]],
  ['over a merge, whose branch is new', merged, 'b', 'n', ['nmyx', '', false]],
  ['from a branch to what merged it', merged, 'y', 'm', ['mb', '', false]],
  ['from one branch to another', merged, 'b', 'y', ['yx', 'b', false]],
  ['between what has nothing in common', { ...line, o: {} }, 'b', 'o', ['o', 'ba', false]],
  ['to where its history is cut off', { c: { parents: ['b'] }, d: { parents: ['c'] } }, 'd', 'c', ['', 'd', true]],
])('%s', async (_, history, before, after, found) => {
  expect(await between(history, before, after)).toEqual(found);
});

test('no more is looked at than may be, and that is said', async () => {
  const ids = Array.from({ length: 500 }, (_, i) => i);
  const long = Object.fromEntries(ids.map(i => [`${i}`, { at: i, parents: i === 0 ? [] : [`${i - 1}`] }]));
  const { added, cut } = await commitsBetween(reader(long), '0', '499', 50);
  expect([added.length, cut]).toEqual([49, true]);
});

test('any history, with whatever times, has on each side what reachability says', async () => {
  const graphs = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 6 }), parents: fc.array(fc.nat(), { maxLength: 2 }) }),
    {
      minLength: 2,
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(), fc.nat(), async (drawn, one, other) => {
      const history: History = Object.fromEntries(
        drawn.map(({ at, parents }, i) => {
          const earlier = i === 0 ? [] : [...new Set(parents.map(p => `${p % i}`))];
          return [`${i}`, { at, parents: earlier }];
        }),
      );
      const [before, after] = [`${one % drawn.length}`, `${other % drawn.length}`];
      const reach = (from: string): Set<string> =>
        new Set([from, ...(history[from]?.parents ?? []).flatMap(parent => [...reach(parent)])]);
      const [old, now] = [reach(before), reach(after)];
      const { added, taken } = await commitsBetween(reader(history), before, after, 1_000);
      expect(new Set(added.map(({ id }) => id))).toEqual(now.difference(old));
      expect(new Set(taken.map(({ id }) => id))).toEqual(old.difference(now));
    }),
  );
});
