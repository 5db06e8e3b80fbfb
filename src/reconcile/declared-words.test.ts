import { expect, test } from 'vitest';
import { accessSettings } from '../dialects/access.ts';
import { emptyCatalog } from './catalog.ts';
import { changedWords } from './declared-words.ts';

function storeWith(meta = new Map<string, string>()) {
  return {
    meta: (key: string) => meta.get(key),
    setMeta: (key: string, value: string | undefined) =>
      void (value === undefined ? meta.delete(key) : meta.set(key, value)),
  };
}
const catalog = (policy: string, name = 'prod') => ({
  ...emptyCatalog,
  access: { path: 'holdfast.yaml', line: 1, column: 1, settings: accessSettings.parse({ policy }) },
  environment: { name },
});

test('what is seen first is no change; then each field that changed is one, once', () => {
  const store = storeWith();
  expect(changedWords(store, catalog(''))).toEqual([]);
  expect(changedWords(store, catalog(''))).toEqual([]);
  expect(changedWords(store, catalog('p, a, b, c, d, allow'))).toEqual(['access.policy']);
  expect(changedWords(store, catalog('', 'other'))).toEqual(['access.policy', 'environment.name']);
  expect(changedWords(store, emptyCatalog).length).toBeGreaterThan(2);
  expect(changedWords(store, emptyCatalog)).toEqual([]);
});

test('a damaged store says nothing about before', () => {
  expect(changedWords(storeWith(new Map([['declared-words', '{not json']])), catalog(''))).toEqual([]);
});
