import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** `npm run simulate -- ARGS`, in an engine with this bug, or in the one that is. */
function simulate(args: readonly string[], bug?: string): Promise<{ code: number; stdout: string; stderr: string }> {
  // By the environment: the workers of a batch are processes of their own.
  const broken = bug === undefined ? {} : { HOLDFAST_BUG: bug, NODE_OPTIONS: `--import ${path('patch.ts')}` };
  const env = { ...process.env, ...broken };
  return new Promise(resolve =>
    execFile(process.execPath, [path('../simulate.ts'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

/** As a shell reads it. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test('a seed that fails is told as a line that fails again, shrinks to one that still does, and is well in an engine that is', async () => {
  const bug = 'no guard against mass deletes';
  const name = 'most of an application goes at once';
  const seeded = [
    '--reference',
    name,
    '--faults',
    '[["watch.event",3,{"do":"duplicate"}],["api.watch",2,{"do":"fail"}]]',
  ];
  const { code, stdout } = await simulate([...seeded, '--shrink'], bug);
  expect(code).toBe(1);
  expect(stdout).toContain('VIOLATION deletes');
  const least = stdout.trim().split('\n').at(-1) ?? '';
  expect(least).toMatch(/^npm run simulate -- --reference 'most of an application goes at once' --actions/);
  // What has nothing to do with it is left out.
  expect(least).toContain("--faults '[]'");
  const again = words(least.replace('npm run simulate -- ', ''));
  expect((await simulate(again, bug)).code).toBe(1);
  expect((await simulate(again)).code).toBe(0);
});

test('many of them end with one line of JSON, and name those that fail', async () => {
  const { code, stdout, stderr } = await simulate(
    ['--histories', '4', '--seed', '12', '--workers', '1'],
    'nobody is told that a repository has moved',
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  const sum = JSON.parse(line);
  expect(Object.keys(sum)).toEqual(['histories', 'faults', 'steps', 'violations', 'seeds']);
  expect(sum).toMatchObject({ histories: 4, faults: expect.any(Number), steps: expect.any(Number) });
  expect(sum.steps).toBeGreaterThan(1_000);
  expect(sum.violations).toBeGreaterThan(0);
  expect(code).toBe(1);
  expect(sum.seeds.length).toBeGreaterThan(0);
  for (const seed of sum.seeds) expect(stderr).toContain(`npm run simulate -- ${seed}`);
});
