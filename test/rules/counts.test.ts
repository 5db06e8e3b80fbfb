import { expect, test } from 'vitest';
import { countEvents } from '../../scripts/checks/go.ts';
import { outcomeOf } from '../../scripts/checks/step.ts';
import { countReport } from '../../scripts/checks/vitest.ts';

const go = (...ends: [action: string, test: string][]) =>
  countEvents(ends.map(([Action, Test]) => ({ Action, Package: 'p', Test })));

const report = (status: string, ...tests: [status: string, fullName: string][]) =>
  countReport({
    testResults: [
      { name: 'a.test.ts', status, assertionResults: tests.map(([status, fullName]) => ({ status, fullName })) },
    ],
  });

test.each([
  ['passing and failing tests', report('failed', ['passed', 'a'], ['failed', 'b'], ['passed', 'c']), 2, 1],
  ['a file that could not be loaded is a failure', report('failed'), 0, 1],
  ['a skipped test is a failure', report('passed', ['passed', 'a'], ['skipped', 'b'], ['todo', 'c']), 1, 2],
  [
    'a test that says what it needs may be skipped',
    report('passed', ['passed', 'a'], ['skipped', 'b (needs root)']),
    1,
    0,
  ],
  ['subtests instead of what holds them', go(['pass', 'A/x'], ['pass', 'A/y'], ['pass', 'A'], ['pass', 'B']), 3, 0],
  ['a failing subtest once', go(['pass', 'A/x'], ['fail', 'A/y/z'], ['fail', 'A/y'], ['fail', 'A']), 1, 1],
  ['a test that fails after its subtests passed', go(['pass', 'A/x'], ['fail', 'A']), 1, 1],
  ['a skipped Go test', go(['pass', 'A'], ['skip', 'B']), 1, 1],
  ['a program that fails without a failing test', outcomeOf(1, report('passed', ['passed', 'a'])), 1, 1],
  ['a program that fails with failing tests', outcomeOf(1, report('failed', ['failed', 'a'])), 0, 1],
])('counts %s', (_, outcome, passed, failed) => {
  expect(outcome).toMatchObject({ passed, failed });
});

test('names each failed test again, with the first lines of why', () => {
  const failureMessages = [`Error: it is not so\n${'    at somewhere\n'.repeat(40)}`];
  const { remarks } = countReport({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [{ status: 'failed', fullName: 'it works', failureMessages }],
      },
      { name: 'b.test.ts', status: 'failed', message: 'a word too many', assertionResults: [] },
    ],
  });
  expect(remarks.map(remark => remark.split('\n').slice(0, 2))).toEqual([
    [expect.stringMatching(/^failed: .*a\.test\.ts: it works$/), '    Error: it is not so'],
    [expect.stringMatching(/^failed: .*b\.test\.ts$/), '    a word too many'],
  ]);
  expect(remarks[0]?.split('\n')).toHaveLength(13);
});
