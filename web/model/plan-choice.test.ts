import { expect, test } from 'vitest';
import { type Choice, leftOut, toggled, withAll } from './plan-choice.ts';

const choice = (name: string): Choice => {
  const id = { group: '', kind: 'ConfigMap', namespace: 'shop', name };
  return { key: `/ConfigMap/shop/${name}`, id, action: 'change' };
};
const choices = [choice('a'), choice('b'), choice('c')];
const [a = '', b = '', c = ''] = choices.map(({ key }) => key);

test('one is left out, and taken in again: then it is a sync of everything, with its hooks', () => {
  const without = toggled({ prune: true }, choices, b);
  expect(without).toEqual({ prune: true, resources: [a, c] });
  expect(leftOut(without, choices).map(({ key }) => key)).toEqual([b]);
  expect(toggled(without, choices, b)).toEqual({ prune: true });
});

test('nothing, and one after the other', () => {
  const none = withAll({ force: true }, false);
  expect(none).toEqual({ force: true, resources: [] });
  expect(toggled(none, choices, c)).toEqual({ force: true, resources: [c] });
  expect(withAll(none, true)).toEqual({ force: true });
});
