import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import { programFiles } from './sources.ts';

const codes = Object.keys(errorCatalogue);

test('codes are sorted, so that each has one place', () => {
  expect(codes).toEqual(codes.toSorted((a, b) => (a < b ? -1 : 1)));
});

test.each(codes)('%s says what happened and what to do', code => {
  const { message, advice, fault } = errorCatalogue[code]!;
  expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
  expect(message).toMatch(/^([A-Z{`]|git )/);
  expect(message).not.toMatch(/[.!\n]$/);
  expect(advice).toMatch(/^[A-Z{`/].*\.$/s);
  expect(['user', 'external', 'internal']).toContain(fault);
});

test('every code is used', () => {
  const code = programFiles()
    .filter(({ path }) => path !== 'src/errors.ts')
    .map(file => file.code)
    .join('\n');
  // What is caught becomes one of these, in src/errors.ts itself.
  const ofAll = ['INTERNAL', 'DISK_FAILED', 'PROCESS_NOT_STARTED'];
  expect(codes.filter(name => !ofAll.includes(name) && !code.includes(`'${name}'`))).toEqual([]);
});
