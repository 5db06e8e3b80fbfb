import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Machine, pidOf, startMachine, waitHealthy } from './harness.ts';

const files = {
  Procfile: 'web: node web.js\nworker: node web.js\n',
  'web.js': "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);",
};

async function killedHoldfast(machine: Machine, application: string): Promise<void> {
  const input = JSON.stringify({ path: machine.path, application, files });
  const node = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
  const child: ChildProcess = spawn(node, [new URL('child.ts', import.meta.url).pathname, input], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  expect(String(line)).toBe('delivered\n');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function isRunning(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).includes(') Z') === false;
}

describe('when Holdfast is killed', () => {
  let machine: Machine;
  const inventory = () => `${machine.path}/state/applications/shop.json`;
  const pids = async (): Promise<Record<string, number>> => {
    const { processes } = JSON.parse(await readFile(inventory(), 'utf8'));
    return { web: processes.web.identity.pid, worker: processes.worker.identity.pid };
  };
  beforeAll(async () => {
    machine = await startMachine();
    await machine.target.close();
    await killedHoldfast(machine, 'shop');
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  test('what it supervised lives on, is taken over as it is, and is supervised again', async () => {
    const before = await pids();
    expect(await isRunning(before.web!)).toBe(true);
    await machine.reopen();
    expect(pidOf(machine.live('shop')['Process shop/web'])).toBe(before.web);
    const delivery = await machine.deliver('shop', files);
    expect(delivery.applied).toEqual([]);
    expect(pidOf(await waitHealthy(machine, 'shop', 'Process shop/web'))).toBe(before.web);

    process.kill(before.web!, 'SIGKILL');
    await waitFor('another process', () => {
      const pid = pidOf(machine.live('shop')['Process shop/web']);
      return pid > 0 && pid !== before.web;
    });
    expect(pidOf(machine.live('shop')['Process shop/worker'])).toBe(before.worker);
  });

  test('what died meanwhile is started again', async () => {
    const before = await pids();
    await machine.target.close();
    process.kill(before.web!, 'SIGKILL');
    await waitFor('it to be gone', async () => !(await isRunning(before.web!)));
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
    expect(await isRunning(before.web!)).toBe(true);
  });

  test('close with stopProcesses stops all, and the next start runs all again', async () => {
    const before = await pids();
    await machine.target.close({ stopProcesses: true });
    expect(await isRunning(before.web!)).toBe(false);
    expect(await isRunning(before.worker!)).toBe(false);
    await machine.reopen();
    await waitHealthy(machine, 'shop', 'Process shop/web');
    expect((await machine.deliver('shop', files)).applied).toEqual([]);
  });

  test('no releases pile up', async () => {
    for (let n = 0; n < 6; n++) await machine.deliver('shop', { ...files, version: String(n) });
    const { readdir } = await import('node:fs/promises');
    expect(await readdir(`${machine.path}/root/releases/shop`)).toHaveLength(3);
  });
});
