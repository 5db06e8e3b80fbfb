import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { isAlive, pids, startMachineDelivery } from './setup.ts';

const good = environmentOf('box', [
  { name: 'shop', path: 'shop' },
  { name: 'mail', path: 'mail' },
]);

test.each([
  ['text that is no YAML', '{ apiVersion: [', /holdfast\.yaml/],
  ['a misspelt field', good.replace('"path":"shop"', '"pth":"shop"'), /did you mean "path"/],
  ['nothing in it', '', /holdfast\.yaml/],
])('holdfast.yaml with %s keeps everything running', async (_what, text, problem) => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': good,
    'shop/Procfile': 'web: sleep 1001\n',
    'mail/Procfile': 'smtp: sleep 1002\n',
  }));
  const { test: holdfast, repo } = delivery;
  const before = { ...pids(await holdfast.untilSynced('shop')), ...pids(await holdfast.untilSynced('mail')) };
  await repo.commit({ 'holdfast.yaml': text });
  await holdfast.refresh();
  const { problems } = holdfast.operator.environment();
  expect(problems.join('\n')).toMatch(problem);
  const isAsBefore = () => {
    const [shop, mail] = [holdfast.operator.application('shop'), holdfast.operator.application('mail')];
    expect({ ...pids(shop), ...pids(mail) }).toEqual(before);
    for (const pid of Object.values(before)) expect(isAlive(pid)).toBe(true);
  };
  isAsBefore();
  // What runs is still looked after.
  process.kill(before.web ?? 0, 'SIGKILL');
  const { web } = await waitFor('another process', () => {
    const now = pids(holdfast.operator.application('shop'));
    return now.web !== undefined && now.web !== before.web && (now as { web: number });
  });
  const commit = await repo.commit({ 'holdfast.yaml': good });
  expect(pids(await holdfast.untilSynced('shop', commit))).toEqual({ web });
  expect(holdfast.operator.environment().problems).toEqual([]);
});

test('a Procfile with an error keeps what runs, and says where it is', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': good,
    'shop/Procfile': 'web: sleep 1001\n',
    'mail/Procfile': 'smtp: sleep 1002\n',
  }));
  const { test: holdfast, repo } = delivery;
  const before = pids(await holdfast.untilSynced('shop'));
  await repo.commit({ 'shop/Procfile': 'web: sleep "1001\n', 'mail/Procfile': 'smtp: sleep 2002\n' });
  await holdfast.refresh();
  const broken = await holdfast.until('shop', ({ conditions }) => conditions.some(({ level }) => level === 'error'));
  expect(broken.sync.status).toBe('Unknown');
  expect(broken.conditions[0]?.message).toMatch(/shop\/Procfile:1:\d+/);
  expect(pids(broken)).toEqual(before);
  const fixed = await repo.commit({ 'shop/Procfile': 'web: sleep 3001\n' });
  expect(pids(await holdfast.untilSynced('shop', fixed))).not.toEqual(before);
  await holdfast.untilSynced('mail', fixed);
});
