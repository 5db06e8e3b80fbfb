import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { watchMemory } from '../../../bench/measure/memory.ts';
import { endedChildrenCpu, treeCpu } from '../../../bench/measure/processes.ts';
import { median, percentile } from '../../../bench/measure/statistics.ts';
import { row } from '../../../bench/row.ts';
import { runProgram } from '../../world/process.ts';
import { waitFor } from '../../world/wait.ts';

// What the benchmark measures with is itself measured against what is known.

/** Uses so many seconds of processor time, by its own count. */
const burn = (seconds: number) =>
  `for (;;) { const { user, system } = process.cpuUsage(); if (user + system > ${seconds * 1e6}) break }`;

/** Gone, and counted with this process's own children. */
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('processor time of a tree holds what dead children used', async () => {
  const script = `${process.execPath} -e '${burn(0.6)}'; ${process.execPath} -e '${burn(0.4)}'; echo done; read line`;
  const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    let printed = '';
    shell.stdout.on('data', text => {
      printed += text;
    });
    await waitFor('the children to have ended', () => printed.includes('done'));
    const cpu = treeCpu(shell.pid ?? -1);
    // What a process uses on its way out comes on top.
    expect(cpu).toBeGreaterThanOrEqual(0.98);
    expect(cpu).toBeLessThan(1.3);
  } finally {
    await end(shell);
  }
});

test('processor time of a program that ended is known from its parent', async () => {
  const before = endedChildrenCpu();
  await runProgram(process.execPath, ['-e', burn(0.5)]);
  const cpu = endedChildrenCpu() - before;
  expect(cpu).toBeGreaterThanOrEqual(0.49);
  expect(cpu).toBeLessThan(0.7);
});

test('a peak of memory is seen that is over before anybody looks', async () => {
  // A child of a child, as the operator is of its launcher.
  const child = `let big = Buffer.alloc(150e6, 1); big = undefined; gc(); console.log('done'); process.stdin.resume()`;
  const parent = spawn('sh', ['-c', `${process.execPath} --expose-gc -e "${child}"; true`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const memory = watchMemory(parent.pid ?? -1);
  try {
    let printed = '';
    parent.stdout.on('data', text => {
      printed += text;
    });
    await waitFor('the peak to be over', () => printed.includes('done'));
    expect(memory.peakBytes()).toBeGreaterThan(150e6);
    expect(memory.peakBytes()).toBeLessThan(350e6);
  } finally {
    memory.stop();
    parent.stdin.end();
    await end(parent);
  }
});

test('medians and percentiles are those of the values', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([50, 99, 100]);
  expect([percentile([7], 0.99), median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([7, 2, 2.5]);
});

test.each([
  [row('a', 12, 's', { goal: { atMost: 12 } }), '≤ 12', true],
  [row('a', 12.01, 's', { goal: { atMost: 12 } }), '≤ 12', false],
  [row('a', 3, '×', { goal: { atLeast: 3 } }), '≥ 3', true],
  [row('a', 400, '1/s', { shareOfW: 0.69, goalOfShare: { atLeast: 0.7 } }), '≥ 70 % of W', false],
  [row('a', Number.NaN, 's', { goal: { atMost: 12 } }), '≤ 12', false],
  [row('a', 5, 's'), null, null],
])('a goal is judged: %j', (found, goal, met) => {
  expect(found).toMatchObject({ goal, met });
});
