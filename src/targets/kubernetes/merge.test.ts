import { expect, test } from 'vitest';
import { merge } from './merge.ts';

test('items of all streams come, each in its own order', async () => {
  async function* stream(name: string, count: number) {
    for (let i = 0; i < count; i++) yield `${name}${i}`;
  }
  const items: string[] = [];
  for await (const item of merge([stream('a', 3), stream('b', 0), stream('c', 2)])) items.push(item);
  expect(items.toSorted()).toEqual(['a0', 'a1', 'a2', 'c0', 'c1']);
  expect(items.filter(item => item.startsWith('a'))).toEqual(['a0', 'a1', 'a2']);
});

test('a reader who stops ends the streams', async () => {
  let closed = false;
  async function* endless() {
    try {
      for (;;) yield 'x';
    } finally {
      closed = true;
    }
  }
  for await (const _ of merge([endless()])) break;
  await Promise.resolve();
  expect(closed).toBe(true);
});
