import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Machine, pidOf, startMachine, waitHealthy } from './harness.ts';

const worker = `
console.log('up', process.env.GREETING, process.env.HOLDFAST_APPLICATION, process.argv[2] ?? '', process.cwd());
process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
setInterval(() => {}, 1000);
`;
const files = (extra: Record<string, string> = {}) => ({
  Procfile: 'web: node worker.js $GREETING\n',
  '.env': 'GREETING=hello\n',
  'worker.js': worker,
  ...extra,
});

async function lines(machine: Machine, application: string): Promise<string[]> {
  const found: string[] = [];
  const signal = new AbortController().signal;
  for await (const line of machine.target.logs?.(application, undefined, {}, signal) ?? []) found.push(line.text);
  return found;
}

describe('supervision', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine();
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  test('a line of a Procfile runs, with its environment, in the files of the revision', async () => {
    const delivery = await machine.deliver('shop', files());
    expect(delivery.applied.map(({ key }) => key)).toEqual([
      'machine.holdfast.dev/Release//shop',
      'machine.holdfast.dev/Process//shop/web',
    ]);
    await waitHealthy(machine, 'shop', 'Process shop/web');
    const line = await waitFor('its first line', async () => (await lines(machine, 'shop'))[0]);
    expect(line).toMatch(/^up hello shop hello .*\/root\/releases\/shop\/[0-9a-f]{40}$/);
    expect(await delivery.again()).toEqual([]);
  });

  test('the same again writes nothing and restarts nothing', async () => {
    const before = pidOf(machine.live('shop')['Process shop/web']);
    const delivery = await machine.deliver('shop', files());
    expect(delivery.applied).toEqual([]);
    expect(pidOf(machine.live('shop')['Process shop/web'])).toBe(before);
  });

  test('killed by hand, it runs again at once, and that shows', async () => {
    const before = pidOf(await waitHealthy(machine, 'shop', 'Process shop/web'));
    const began = Date.now();
    const seen: string[] = [];
    const end = machine.target.onChange(() => {
      const health = machine.live('shop')['Process shop/web']?.health;
      if (health?.message) seen.push(health.message);
    });
    process.kill(before, 'SIGKILL');
    const again = await waitFor('another process', () => {
      const live = machine.live('shop')['Process shop/web'];
      return pidOf(live) > 0 && pidOf(live) !== before ? live : undefined;
    });
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(again.summary).toContain('restarted 1 time');
    end();
    expect(seen.join('\n')).toContain('was ended by SIGKILL');
    await waitHealthy(machine, 'shop', 'Process shop/web');
  });

  test('a change of its files restarts it in a new directory, gracefully', async () => {
    const before = pidOf(machine.live('shop')['Process shop/web']);
    await machine.deliver('shop', files({ 'other.txt': 'new' }));
    const after = await waitHealthy(machine, 'shop', 'Process shop/web');
    expect(pidOf(after)).not.toBe(before);
    expect(await lines(machine, 'shop')).toContain('bye');
  });

  test('a program that keeps failing is Degraded, with its last words, and tried less and less often', async () => {
    await machine.deliver('bad', { Procfile: 'job: node -e "console.log(\'no database\'); process.exit(3)"' });
    const live = await waitFor('a crash loop', () => {
      const found = machine.live('bad')['Process bad/job'];
      return found?.health.status === 'Degraded' && found.health.message.includes('times in a row') ? found : undefined;
    });
    expect(live.health.message).toMatch(/ended with exit code 3.*no database/);
    await machine.tearDown('bad');
    expect(machine.live('bad')).toEqual({});
  });

  test('a program that does not exist says so', async () => {
    await machine.deliver('none', { Procfile: 'job: no-such-program' });
    const health = machine.live('none')['Process none/job']?.health;
    expect(health).toMatchObject({ status: 'Degraded' });
    // Where a directory of PATH is closed to us, the system does not tell these apart.
    expect(health?.message).toMatch(/no program no-such-program|starting no-such-program is not permitted/);
    await machine.tearDown('none');
  });

  test('one that ignores SIGTERM is killed when its time is up, with its children', async () => {
    const stubborn = `
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', "process.on('SIGTERM',()=>{});setInterval(()=>{},1e3)"]);
      console.log('child', child.pid);
      setInterval(() => {}, 1000);`;
    await machine.deliver('stubborn', { Procfile: 'job: node job.mjs', 'job.mjs': stubborn });
    const child = await waitFor(
      'its child',
      async () => /child (\d+)/.exec((await lines(machine, 'stubborn')).join())?.[1],
    );
    const parent = pidOf(machine.live('stubborn')['Process stubborn/job']);
    await machine.tearDown('stubborn');
    for (const pid of [parent, Number(child)]) await waitFor(`${pid} to be gone`, () => isGone(pid));
    expect(machine.target.owners()).not.toContain('stubborn');
  });

  test('what Git drops is stopped; another process of the same application is left alone', async () => {
    const two = { ...files(), Procfile: 'web: node worker.js\nextra: node worker.js\n' };
    await machine.deliver('pair', two);
    const web = pidOf(await waitHealthy(machine, 'pair', 'Process pair/web'));
    const extra = pidOf(machine.live('pair')['Process pair/extra']);
    const one = { ...files(), Procfile: 'web: node worker.js\n' };
    await machine.deliver('pair', one);
    await waitFor('extra to be gone', () => isGone(extra));
    expect(Object.keys(machine.live('pair')).sort()).toEqual(['Process pair/web', 'Release pair']);
    // The Procfile is one of the directory's files, so its change is a new working directory.
    expect(pidOf(machine.live('pair')['Process pair/web'])).not.toBe(web);
    await machine.tearDown('pair');
  });
});

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || /\) Z /.test(stat);
}
