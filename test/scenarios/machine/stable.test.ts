import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Files, type Machine, pidOf, runningIn, startMachine } from './harness.ts';

/** Promise 1: from any state, however it came about, the machine comes to match Git and stays so. */

const names = ['a.conf', 'deep/b.conf', 'deep/er/c.conf'] as const;

type Harm =
  | { do: 'edit' | 'remove' | 'mode' | 'link' | 'directory' | 'move'; name: (typeof names)[number] }
  | { do: 'kill' | 'restart Holdfast' | 'remove all' | 'remove releases' | 'lose inventory' }
  | { do: 'deliver'; version: number };

const harm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    do: fc.constantFrom('edit', 'remove', 'mode', 'link', 'directory', 'move'),
    name: fc.constantFrom(...names),
  }),
  fc.record({ do: fc.constantFrom('kill', 'restart Holdfast', 'remove all', 'remove releases', 'lose inventory') }),
  fc.record({ do: fc.constant('deliver' as const), version: fc.nat(3) }),
);

let machine: Machine;
/** Left from before an inventory was lost, and not delivered since: nobody knows that they are ours, so nobody may delete them. */
const forgotten = new Set<string>();
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
});

/** Version n lacks the n-th file. */
function settings(version: number): Files {
  const kept = names.filter((_name, index) => index !== version);
  return {
    'appspec.yml': `version: 0.0\nos: linux\nfile_exists_behavior: OVERWRITE\nfiles: [{source: files, destination: ${machine.srv}/etc}]\n`,
    ...Object.fromEntries(kept.map(name => [`files/${name}`, `${name} ${version}\n`])),
  };
}

const worker = (version: number): Files => ({ Procfile: 'job: sleep 1000\n', version: String(version) });

async function deliver(version: number): Promise<number> {
  const one = await machine.deliver('settings', settings(version));
  for (const [index, name] of names.entries()) if (index !== version) forgotten.delete(name);
  const two = await machine.deliver('worker', worker(version));
  return one.applied.length + two.applied.length;
}

async function inflict(it: Harm): Promise<void> {
  const file = 'name' in it ? `${machine.srv}/etc/${it.name}` : '';
  switch (it.do) {
    case 'deliver':
      await deliver(it.version);
      return;
    case 'kill':
      process.kill(pidOf(machine.live('worker')['Process worker/job']), 'SIGKILL');
      return;
    case 'restart Holdfast':
      await machine.target.close();
      return await machine.reopen();
    case 'lose inventory':
      await machine.target.close();
      await rm(`${machine.path}/state`, { recursive: true });
      for (const name of names) forgotten.add(name);
      return await machine.reopen();
    case 'remove all':
      return await rm(`${machine.srv}/etc`, { recursive: true });
    case 'remove releases':
      return await rm(`${machine.path}/root/releases`, { recursive: true });
    case 'edit':
      // Only what is there: a new file of that name would be somebody's own, and nobody may delete it.
      return await writeFile(file, 'by hand', { flag: 'r+' });
    case 'mode':
      return await chmod(file, 0o600);
    case 'move':
      return await rename(file, `${file}.moved`);
    default:
      await rm(file, { recursive: true });
      if (it.do === 'link') await symlink('/etc/hostname', file);
      if (it.do === 'directory') await mkdir(file);
  }
}

test('after any harm, in any order, a delivery makes all as declared, and the next one writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(harm, { maxLength: 8 }), fc.nat(3), async (harms, version) => {
      for (const it of harms) await inflict(it).catch(() => {}); // What is not there cannot be harmed.
      await waitFor('peace', async () => (await deliver(version)) === 0 && (await isAsDeclared(version)));
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

async function isAsDeclared(version: number): Promise<boolean> {
  const live = machine.live('worker')['Process worker/job'];
  if (live?.health.status !== 'Healthy') return false;
  const expected = Object.entries(settings(version)).filter(([path]) => path !== 'appspec.yml');
  for (const [path, content] of expected) {
    expect(await readFile(`${machine.srv}/etc/${path.slice('files/'.length)}`, 'utf8')).toBe(content);
  }
  const dropped = names[version];
  if (dropped !== undefined && !forgotten.has(dropped))
    await expect(readFile(`${machine.srv}/etc/${dropped}`)).rejects.toThrow();
  expect(await runningIn(`${machine.path}/root/`)).toEqual([pidOf(live)]);
  return true;
}
