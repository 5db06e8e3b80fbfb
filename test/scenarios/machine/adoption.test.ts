import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Machine, pidOf, runningIn, startMachine, waitHealthy } from './harness.ts';
import { killedHoldfast } from './killed.ts';

const files = {
  Procfile: 'web: node web.js\nworker: node web.js\n',
  'web.js': "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);",
};

async function isRunning(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).includes(') Z') === false;
}

describe('when Holdfast is killed', () => {
  let machine: Machine;
  const inventory = () => `${machine.path}/state/applications/shop.json`;
  /** As they are written down, which follows their start. */
  const pids = async (): Promise<{ web: number; worker: number }> => {
    let found: { web?: number; worker?: number } = {};
    await waitFor('both to be written down', async () => {
      const { processes } = JSON.parse(await readFile(inventory(), 'utf8'));
      found = { web: processes.web.identity?.pid, worker: processes.worker.identity?.pid };
      return found.web !== undefined && found.worker !== undefined;
    });
    return found as { web: number; worker: number };
  };
  beforeAll(async () => {
    machine = await startMachine();
    await machine.target.close();
    await killedHoldfast({ path: machine.path, application: 'shop', revisions: [files] }, 'delivered');
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  test('what it supervised lives on, is taken over as it is, and is supervised again', async () => {
    const before = await pids();
    expect(await isRunning(before.web)).toBe(true);
    await machine.reopen();
    expect(pidOf(machine.live('shop')['Process shop/web'])).toBe(before.web);
    const delivery = await machine.deliver('shop', files);
    expect(delivery.applied).toEqual([]);
    expect(pidOf(await waitHealthy(machine, 'shop', 'Process shop/web'))).toBe(before.web);

    process.kill(before.web, 'SIGKILL');
    await waitFor('another process', () => {
      const pid = pidOf(machine.live('shop')['Process shop/web']);
      return pid > 0 && pid !== before.web;
    });
    expect(pidOf(machine.live('shop')['Process shop/worker'])).toBe(before.worker);
  });

  test('what died meanwhile is started again', async () => {
    const before = await pids();
    await machine.target.close();
    process.kill(before.web, 'SIGKILL');
    await waitFor('it to be gone', async () => !(await isRunning(before.web)));
    await machine.reopen();
    const live = await waitHealthy(machine, 'shop', 'Process shop/web');
    expect(pidOf(live)).not.toBe(before.web);
  });

  test('killed between the start of a process and writing it down, it finds the process by its mark', async () => {
    const before = await pids();
    await machine.target.close();
    const record = JSON.parse(await readFile(inventory(), 'utf8'));
    delete record.processes.web.identity;
    await writeFile(inventory(), JSON.stringify(record));
    await machine.reopen();
    expect(pidOf(await waitHealthy(machine, 'shop', 'Process shop/web'))).toBe(before.web);
  });

  test('with its inventory lost, the next delivery takes over what runs, and nothing runs twice', async () => {
    const before = await pids();
    await machine.target.close();
    await rm(inventory());
    await machine.reopen();
    expect(machine.live('shop')).toEqual({});
    await machine.deliver('shop', files);
    expect(await pids()).toEqual(before);
    expect(await isRunning(before.web)).toBe(true);
  });

  test('close with stopProcesses stops all, and the next start runs all again', async () => {
    const before = await pids();
    await machine.target.close({ stopProcesses: true });
    expect(await isRunning(before.web)).toBe(false);
    expect(await isRunning(before.worker!)).toBe(false);
    await machine.reopen();
    await waitHealthy(machine, 'shop', 'Process shop/web');
    expect((await machine.deliver('shop', files)).applied).toEqual([]);
  });

  test('no releases pile up', async () => {
    for (let n = 0; n < 6; n++) await machine.deliver('shop', { ...files, version: String(n) });
    expect(await readdir(`${machine.path}/root/releases/shop`)).toHaveLength(3);
  });
});

test('killed at any moment of a delivery, again and again, the next one goes on, and nothing runs twice', async () => {
  await using machine = await startMachine();
  await machine.target.close();
  const revision = (version: string) => ({ ...files, version });
  const revisions = ['1', '2', '3'].map(revision);
  for (let round = 0; round < 8; round++) {
    await killedHoldfast({ path: machine.path, application: 'shop', revisions }, 'started', round * 53);
    await machine.reopen();
    await machine.deliver('shop', revision(String(round % 2)));
    expect((await machine.deliver('shop', revision(String(round % 2)))).applied).toEqual([]);
    const declared = ['web', 'worker'].map(name => pidOf(machine.live('shop')[`Process shop/${name}`]));
    expect((await runningIn(`${machine.path}/root/`)).sort()).toEqual(declared.sort());
    await machine.target.close();
  }
  await machine.reopen();
});
