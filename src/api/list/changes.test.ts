import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Timers } from '../../env/env.ts';
import { Changes } from '../changes.ts';
import type { ChangesView, ListRow } from '../list-schemas.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../testing/memory-operator.ts';
import { type ListChangeParts, listChanges } from './changes.ts';

let operator: MemoryOperator;
let changes: Changes;
let ending: AbortController;
let waits: { ms: number; fn: () => void }[];

/** Nothing passes but by `pass`. */
const timers: Timers = {
  after(ms, fn) {
    const wait = { ms, fn };
    waits.push(wait);
    return () => {
      waits = waits.filter(one => one !== wait);
    };
  },
  sleep: ms => new Promise(resolve => timers.after(ms, resolve)),
};

function pass(ms: number): void {
  const due = waits.filter(wait => wait.ms <= ms);
  waits = waits.filter(wait => wait.ms > ms);
  for (const { fn } of due) fn();
}

beforeEach(() => {
  waits = [];
  operator = memoryOperator(['a', 'b', 'c'].map(name => sampleStatus(name, { project: 'shop' })));
  changes = new Changes(operator);
  ending = new AbortController();
});

afterEach(() => {
  ending.abort();
  changes.close();
});

function follow(more: Partial<ListChangeParts> = {}): AsyncGenerator<string> {
  const parts: ListChangeParts = {
    ...{ changes, timers, whole: new Set<string>(), only: false, after: changes.generation },
    shows: (_, project) => project === 'shop',
    projectOf: name => operator.applications().find(one => one.name === name)?.project,
    row: async name => ({ name }) as ListRow,
    stateAt: generation => `s${generation}`,
    ...more,
  };
  return listChanges(parts, ending.signal);
}

async function next(stream: AsyncGenerator<string>) {
  const { value } = await stream.next();
  const [, event = '', id = '', data = ''] = /^event: (\w+)\nid: (\w+)\ndata: (.*)\n\n$/.exec(String(value)) ?? [];
  return { event, id, ...(data === '' ? {} : (JSON.parse(data) as Partial<ChangesView>)) };
}

const touch = (name: string) => operator.change(name, { observedAt: 1 });
const names = ({ changed }: Partial<ChangesView>) => changed?.map(({ name }) => name);

it('tells together what changed while it was quiet, each once, with how far one is then', async () => {
  const stream = follow();
  expect(await next(stream)).toEqual({ event: 'ready', id: 's0' });
  for (const name of ['b', 'a', 'b']) touch(name);
  expect(await next(stream)).toMatchObject({
    id: 's3',
    changed: [
      { name: 'a', generation: 2 },
      { name: 'b', generation: 3 },
    ],
  });
  const later = next(stream);
  for (let i = 0; i < 1_000; i++) touch('c');
  pass(250);
  expect(await later).toMatchObject({ id: 's1003', changed: [{ name: 'c' }], removed: [] });
});

it('sends whole the rows that are asked for, and nothing of others if so asked', async () => {
  const stream = follow({ whole: new Set(['a']) });
  await next(stream);
  touch('a');
  touch('b');
  expect(await next(stream)).toMatchObject({ rows: [{ name: 'a' }], changed: [{ name: 'b' }] });
  const narrow = follow({ whole: new Set(['a']), only: true });
  await next(narrow);
  touch('b');
  touch('a');
  expect(await next(narrow)).toMatchObject({ rows: [{ name: 'a' }], changed: [] });
});

it('tells of what is gone or not to be seen any longer to those who saw it, and to nobody else', async () => {
  const stream = follow();
  await next(stream);
  operator.put(sampleStatus('hidden', { project: 'bank' }));
  operator.drop('hidden');
  operator.drop('a');
  operator.change('b', { project: 'bank' });
  expect(await next(stream)).toMatchObject({ removed: ['a', 'b'], changed: [] });
});

it('goes on from where a reader was', async () => {
  touch('a');
  const seen = changes.generation;
  touch('b');
  operator.drop('c');
  operator.change('a', { project: 'bank' });
  const stream = follow({ after: seen });
  expect(await next(stream)).toEqual({ event: 'ready', id: `s${seen}` });
  const found = await next(stream);
  expect([names(found), found.removed?.toSorted(), found.id]).toEqual([['b'], ['a', 'c'], `s${changes.generation}`]);
});

it('says so when what a reader has seen is good for nothing', async () => {
  expect(await next(follow({ after: undefined }))).toMatchObject({ event: 'reset', id: 's0' });
  expect(await next(follow({ after: 17 }))).toMatchObject({ event: 'reset' });
  for (let i = 0; i < 4_001; i++) {
    operator.put(sampleStatus('passing', { project: 'shop' }));
    operator.drop('passing');
  }
  expect(await next(follow({ after: 1 }))).toMatchObject({ event: 'reset' });
});

it('tells many in pieces, and how far each piece goes', async () => {
  for (let i = 0; i < 1_500; i++) operator.put(sampleStatus(`app-${i}`, { project: 'shop' }));
  const stream = follow({ after: 0 });
  await next(stream);
  const first = await next(stream);
  expect([first.changed?.length, first.id]).toEqual([1_000, 's1000']);
  const second = next(stream);
  pass(250);
  expect([(await second).changed?.length, (await second).id]).toEqual([500, 's1500']);
});

it('shows a sign of life, also while all that changes is hidden', async () => {
  const stream = follow({ shows: () => false });
  await next(stream);
  const alive = stream.next();
  touch('a');
  await Promise.resolve();
  pass(20_000);
  expect((await alive).value).toBe(': alive\n\n');
});

it('ends with its signal and leaves nothing behind', async () => {
  const stream = follow();
  await next(stream);
  const last = stream.next();
  ending.abort();
  expect((await last).done).toBe(true);
  expect(waits).toEqual([]);
});
