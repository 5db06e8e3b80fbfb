import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What the project forbids is not written: whatever sends a request that writes to a cluster asks first.

const directory = 'src/targets/kubernetes';
/** Questions to the API server that are asked by POST, and the status of definitions that are the operator's own business. */
const others = ['check.ts', 'declarations.ts'];

test('every file that writes to a cluster passes the border', () => {
  const writing = readdirSync(directory).filter(name => {
    const text = readFileSync(`${directory}/${name}`, 'utf8');
    return !name.endsWith('.test.ts') && /method: '(POST|PUT|PATCH|DELETE)'/.test(text);
  });
  expect(writing.length).toBeGreaterThan(4);
  const passing = writing.filter(name => readFileSync(`${directory}/${name}`, 'utf8').includes('passBorder('));
  expect(writing.filter(name => !passing.includes(name)).toSorted()).toEqual(others);
});
