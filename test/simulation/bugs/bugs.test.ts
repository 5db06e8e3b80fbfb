import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { monitors } from '../monitors/all.ts';
import { patched } from './bug.ts';
import { bugs } from './bugs.ts';

test.each(bugs)('$name: can still be put in', bug => {
  const source = readFileSync(new URL(`../../../${bug.file}`, import.meta.url), 'utf8');
  expect(patched(bug, source)).not.toBe(source);
  const names = [...monitors.map(({ name }) => name), 'crash anywhere', 'comes to rest'];
  expect(names).toEqual(expect.arrayContaining([...bug.caughtBy]));
});
