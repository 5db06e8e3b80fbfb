import { expect, test } from 'vitest';
import { matchingCommands } from './palette.ts';

const run = () => {};
const groups = [
  { title: 'Application', commands: [{ id: 'sync', label: 'Sync web', run }] },
  {
    title: 'Everywhere',
    commands: [
      { id: 'go', label: 'Go to Applications', run },
      { id: 'next', label: 'Next', isKeyOnly: true, run },
    ],
  },
];

test.each([
  ['', ['sync', 'go']],
  ['web sync', ['sync']],
  ['GO', ['go']],
  ['next', []],
])('%j finds %j', (text, ids) => {
  expect(matchingCommands(groups, text).map(({ id }) => id)).toEqual(ids);
});
