import { expect, test } from 'vitest';
import type { Verdict } from '../faults/point.ts';
import { Chance } from './chance.ts';
import { Effects } from './effects.ts';
import { Faults } from './faults.ts';
import { Life } from './life.ts';
import { Scheduler } from './scheduler.ts';

function setUp(verdict: Verdict) {
  const scheduler = new Scheduler(new Chance(1));
  const life = new Life(scheduler);
  const faults = new Faults(() => verdict);
  return { scheduler, life, effects: new Effects({ scheduler, life, faults, chance: new Chance(1) }) };
}

/** Whether it happened, how often, and what was seen of it, in virtual time. */
async function perform(verdict: Verdict, stalls?: { ms: number; happens: boolean }) {
  const { scheduler, life, effects } = setUp(verdict);
  let happened = 0;
  let answer: string | undefined;
  const work = effects.perform({
    kind: 'api.write',
    detail: 'PATCH',
    there: 2,
    back: 3,
    happen: () => {
      happened++;
      return 'done';
    },
    fails: () => 'refused',
    lost: () => 'lost',
    deadline: { ms: 30_000, late: () => new Error('late') },
    ...(stalls === undefined ? {} : { stalls }),
  });
  const settled = (text: string) => {
    answer = `${text} at ${scheduler.now()}`;
  };
  work.then(settled, (error: Error) => settled(error.message));
  await scheduler.run(100_000);
  return { happened, answer, alive: life.alive };
}

test.each<[string, Verdict, Awaited<ReturnType<typeof perform>>]>([
  ['nothing', undefined, { happened: 1, answer: 'done at 5', alive: true }],
  ['crash-before', { do: 'crash-before' }, { happened: 0, answer: undefined, alive: false }],
  ['crash-after', { do: 'crash-after' }, { happened: 1, answer: undefined, alive: false }],
  ['fail', { do: 'fail' }, { happened: 0, answer: 'refused at 5', alive: true }],
  ['fail-after', { do: 'fail-after' }, { happened: 1, answer: 'lost at 5', alive: true }],
  ['drop', { do: 'drop' }, { happened: 0, answer: 'late at 30000', alive: true }],
  ['hang', { do: 'hang' }, { happened: 0, answer: 'late at 30000', alive: true }],
  ['hang for a time', { do: 'hang', ms: 100 }, { happened: 1, answer: 'done at 105', alive: true }],
  ['delay', { do: 'delay', ms: 1_000 }, { happened: 1, answer: 'done at 1005', alive: true }],
  ['duplicate', { do: 'duplicate' }, { happened: 2, answer: 'done at 5', alive: true }],
])('%s', async (_, verdict, expected) => {
  expect(await perform(verdict)).toEqual(expected);
});

test('what cannot hang for ever ends', async () => {
  expect((await perform({ do: 'hang' }, { ms: 500, happens: true })).answer).toBe('done at 503');
  expect((await perform({ do: 'drop' }, { ms: 500, happens: false })).answer).toBe('refused at 503');
});

test('whoever gives up or dies does not know whether it happened', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const { scheduler, life } = setUp(undefined);
    const faults = new Faults(undefined);
    const effects = new Effects({ scheduler, life, faults, chance: new Chance(seed) });
    const end = new AbortController();
    let happened = false;
    let answer = 'none';
    const work = effects.perform({
      detail: '',
      there: 2,
      happen: () => {
        happened = true;
      },
      fails: () => {},
      signal: end.signal,
    });
    work.then(
      () => {
        answer = 'done';
      },
      () => {
        answer = 'aborted';
      },
    );
    scheduler.after(1, () => (seed % 2 === 0 ? end.abort() : life.crash()));
    await scheduler.run(10);
    outcomes.add(`${answer} ${happened}`);
  }
  expect(outcomes).toEqual(new Set(['aborted true', 'aborted false', 'none true', 'none false']));
});

test.each([
  ['what is under way on a machine does not come to pass when its power goes', true, [false]],
  ['what has left it may', undefined, [false, true]],
] as const)('%s', async (_, local, expected) => {
  const outcomes = new Set<boolean>();
  for (let seed = 0; seed < 20; seed++) {
    const { scheduler, life } = setUp(undefined);
    const effects = new Effects({ scheduler, life, faults: new Faults(undefined), chance: new Chance(seed) });
    let happened = false;
    void effects.perform({
      ...{ detail: '', there: 2, fails: () => {} },
      ...(local === undefined ? {} : { local }),
      happen: () => {
        happened = true;
      },
    });
    // Killed first, by what is there to make the power go in that moment.
    scheduler.after(1, () => life.crash());
    scheduler.after(1.5, () => life.losePower());
    await scheduler.run(10);
    outcomes.add(happened);
  }
  expect([...outcomes].sort()).toEqual(expected);
});

test('a stopped life gets what came meanwhile, in order, when it goes on', async () => {
  const { scheduler, life } = setUp(undefined);
  const told: string[] = [];
  for (const ms of [30, 10, 20]) life.after(ms, () => told.push(`${ms} at ${scheduler.now()}`));
  life.pause(100);
  await scheduler.run(1_000);
  expect(told).toEqual(['10 at 100', '20 at 100', '30 at 100']);
});

test('events of one time come in an order that the seed decides', async () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const scheduler = new Scheduler(new Chance(seed));
    const order: number[] = [];
    for (const i of [1, 2, 3]) scheduler.after(5, () => order.push(i));
    await scheduler.run(10);
    orders.add(order.join(''));
  }
  expect(orders.size).toBe(6);
});
