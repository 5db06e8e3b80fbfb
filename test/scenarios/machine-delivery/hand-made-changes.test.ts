import { chmod, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, isAlive, type MachineDelivery, pids, startMachineDelivery } from './setup.ts';

// What somebody changes on the machine is seen, told with who it was, and undone.

let delivery: MachineDelivery;
const names = ['edited', 'deleted', 'mode', 'link'];
beforeAll(async () => {
  delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'files', path: 'files' },
      { name: 'shop', path: 'shop' },
    ]),
    'files/appspec.yml': appspec([['conf', srv]]),
    ...Object.fromEntries(names.map(name => [`files/conf/${name}`, 'as declared\n'])),
    'shop/Procfile': 'web: sleep 1001\nworker: sleep 1002\n',
    'shop/greeting.txt': 'hello\n',
  }));
  for (const name of ['files', 'shop']) await delivery.test.untilSynced(name);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

/** In one step: between two of them it may be seen deleted. */
async function replaceByLink(path: string): Promise<void> {
  await symlink('/etc/passwd', `${path}.new`);
  await rename(`${path}.new`, path);
}

const changes: [name: string, words: string, change: (path: string) => Promise<unknown>][] = [
  ['edited', 'was changed', path => writeFile(path, 'by hand\n')],
  ['deleted', 'was deleted', path => rm(path)],
  ['mode', 'was changed', path => chmod(path, 0o666)],
  ['link', 'was changed', replaceByLink],
];

test.each(changes)('%s', async (name, words, change) => {
  const { test: holdfast, srv } = delivery;
  const path = `${srv}/${name}`;
  const after = holdfast.operator.events({ limit: 1_000 }).at(-1)?.id ?? 0;
  await change(path);
  await waitFor('the repair', async () => {
    const found = await stat(path);
    return (await readFile(path, 'utf8')) === 'as declared\n' && (found.mode & 0o777) === 0o644;
  });
  expect((await stat('/etc/passwd')).mode & 0o777).toBe(0o644);
  await holdfast.until('files', ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded');
  const events = holdfast.operator.events({ application: 'files', after });
  const drift = events.find(({ type }) => type === 'drift');
  expect(drift?.message).toContain(`${path} ${words}`);
  if (words === 'was changed') expect(drift?.by).toBe(userInfo().username);
  expect(events.filter(({ type }) => type === 'heal').map(({ message }) => message)).toEqual([
    expect.stringContaining('the target drifted'),
    expect.stringContaining('1'),
  ]);
});

test('a process that is killed runs again, and the one beside it is left alone', async () => {
  const { test: holdfast } = delivery;
  const before = pids(holdfast.operator.application('shop'));
  process.kill(before.web ?? 0, 'SIGKILL');
  const status = await holdfast.until('shop', now => {
    const { web } = pids(now);
    return web !== undefined && web !== before.web && isAlive(web) && now.health.status === 'Healthy';
  });
  expect(pids(status).worker).toBe(before.worker);
  expect(status.resources.find(({ id }) => id.name === 'shop/web')?.summary).toContain('restarted 1 time');
});

test("a file of Git's in a working directory is made right, and nothing is restarted", async () => {
  const { test: holdfast, directory } = delivery;
  const before = pids(holdfast.operator.application('shop'));
  const { summary = '' } =
    holdfast.operator.application('shop').resources.find(({ id }) => id.kind === 'Release') ?? {};
  const path = `${/ in (\S+)/.exec(summary)?.[1]}/greeting.txt`;
  expect(path.startsWith(directory)).toBe(true);
  await writeFile(path, 'by hand\n');
  await waitFor('the repair', async () => (await readFile(path, 'utf8')) === 'hello\n');
  const after = await holdfast.until('shop', ({ sync }) => sync.status === 'Synced');
  expect(pids(after)).toEqual(before);
  expect(holdfast.operator.events({ application: 'shop' }).some(({ type }) => type === 'drift')).toBe(true);
});
