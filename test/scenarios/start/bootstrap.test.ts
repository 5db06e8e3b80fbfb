import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { runProgram, startProcess } from '../../world/process.ts';
import { waitFor } from '../../world/wait.ts';

const scripts = join(import.meta.dirname, '../../../scripts');

/** A clone in small: the real bootstrap, and one dependency that npm can install without a network. */
async function smallClone(): Promise<TemporaryDirectory> {
  const clone = await temporaryDirectory('clone');
  const inClone = (path: string) => join(clone.path, path);
  await mkdir(inClone('scripts'));
  await mkdir(inClone('dependency'));
  for (const name of ['bootstrap.js', 'install.js', 'prerequisites.js'])
    await copyFile(join(scripts, name), inClone(`scripts/${name}`));
  await writeFile(inClone('dependency/package.json'), '{"name": "dependency", "version": "1.0.0"}');
  await writeFile(
    inClone('package.json'),
    '{"name": "clone", "type": "module", "dependencies": {"dependency": "file:dependency"}}',
  );
  await runProgram('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: clone.path });
  return clone;
}

function bootstrap(
  clone: TemporaryDirectory,
  log: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
  flags: string[] = [],
) {
  return startProcess({
    program: process.execPath,
    args: [...flags, join(clone.path, 'scripts/bootstrap.js'), ...args],
    log: join(clone.path, `${log}.log`),
    cwd: clone.path,
    env,
  });
}

test.each([
  ['Go is missing', { git: 'git version 2.50.0' }, /^Go 1\.26 or newer is needed, and was not found: /],
  ['Git is missing', { go: 'go version go1.26.8 linux/amd64' }, /^Git 2\.39 or newer is needed, and was not found: /],
  [
    'Go is too old',
    { git: 'git version 2.50.0', go: 'go version go1.9.1 linux/amd64' },
    /^Go 1\.26 or newer is needed, and this is 1\.9\.1: /,
  ],
  [
    'Git is too old',
    { git: 'git version 2.9.5', go: 'go version go1.26.8 linux/amd64' },
    /^Git 2\.39 or newer is needed, and this is 2\.9\.5: /,
  ],
  [
    'Node is too old',
    { git: 'git version 2.50.0', go: 'go version go1.26.8 linux/amd64', node: 'v18.20.4' },
    /^Node 20 or newer is needed, and this is 18\.20\.4: /,
  ],
])('%s: one line says so, and nothing is begun', async (_, found, line) => {
  await using clone = await smallClone();
  const programs = join(clone.path, 'programs');
  await mkdir(programs);
  for (const [name, version] of Object.entries(found)) {
    await writeFile(join(programs, name), `#!/bin/sh\necho '${version}'\n`);
    await chmod(join(programs, name), 0o755);
  }
  // An old Node cannot be had everywhere; what is asked is what this one calls itself.
  const isOld = `process.execPath = ${JSON.stringify(join(programs, 'node'))}`;
  const flags = 'node' in found ? ['--import', `data:text/javascript,${isOld}`] : [];
  const started = bootstrap(clone, 'out', ['--go', 'scripts/any.js'], { ...process.env, PATH: programs }, flags);
  await waitFor('the end', () => started.ended());
  expect(started.ended()).toBe('ended with 1');
  expect(await started.printed()).toMatch(line);
  expect((await started.printed()).trim().split('\n')).toHaveLength(1);
});

test('two at once install once, and both run', async () => {
  await using clone = await smallClone();
  await writeFile(
    join(clone.path, 'scripts/ran.js'),
    "import 'dependency/package.json' with { type: 'json' };\nconsole.log('ran');\n",
  );
  const both = [bootstrap(clone, 'a', ['scripts/ran.js']), bootstrap(clone, 'b', ['scripts/ran.js'])];
  for (const one of both) {
    await waitFor('the end', () => one.ended());
    expect([one.ended(), await one.printed()]).toEqual(['ended with 0', expect.stringMatching(/ran\n$/)]);
  }
  const printed = (await Promise.all(both.map(one => one.printed()))).join('');
  expect(printed.match(/installing dependencies: done/g)).toHaveLength(1);
});

test('what is installed is not installed again, until the lock says otherwise', async () => {
  await using clone = await smallClone();
  const installs = async (log: string) => {
    const started = bootstrap(clone, log, []);
    await waitFor('the end', () => started.ended());
    expect(started.ended()).toBe('ended with 0');
    return (await started.printed()).includes('installing dependencies: done');
  };
  expect(await installs('first')).toBe(true);
  expect(await installs('second')).toBe(false);
  await mkdir(join(clone.path, 'another'));
  await writeFile(join(clone.path, 'another/package.json'), '{"name": "another", "version": "1.0.0"}');
  await runProgram('npm', ['install', '--package-lock-only', '--ignore-scripts', './another'], { cwd: clone.path });
  expect(await installs('third')).toBe(true);
});

test('an installation that was cut short is begun anew', async () => {
  await using clone = await smallClone();
  const slow = join(clone.path, 'programs');
  await mkdir(slow);
  await writeFile(join(slow, 'npm'), '#!/bin/sh\nmkdir -p node_modules/half\nexec sleep 60\n');
  await chmod(join(slow, 'npm'), 0o755);
  const cut = bootstrap(clone, 'cut', [], { ...process.env, PATH: `${slow}:${process.env.PATH}` });
  await waitFor('the beginning', async () => (await cut.printed()).includes('installing dependencies'));
  await waitFor('half an installation', () =>
    runProgram('ls', [join(clone.path, 'node_modules/half')]).then(() => true),
  );
  cut.signal('SIGINT');
  await waitFor('the end', () => cut.ended());
  expect(cut.ended()).toBe('ended with 130');

  const again = bootstrap(clone, 'again', []);
  await waitFor('the end', () => again.ended());
  expect(again.ended()).toBe('ended with 0');
  await expect(runProgram('ls', [join(clone.path, 'node_modules/half')])).rejects.toThrow();
});

test('the script runs on the Node that came with the dependencies, and ends as it ends', async () => {
  await using clone = await smallClone();
  await bootstrapTo(clone, 'installed', []);
  await mkdir(join(clone.path, 'node_modules/.bin'), { recursive: true });
  const pinned = join(clone.path, 'node_modules/.bin/node');
  await writeFile(pinned, `#!/bin/sh\nPINNED=yes exec '${process.execPath}' "$@"\n`);
  await chmod(pinned, 0o755);
  await writeFile(
    join(clone.path, 'scripts/seven.js'),
    'console.log(process.env.PINNED, ...process.argv.slice(2));\nprocess.exit(7);\n',
  );
  const [ended, printed] = await bootstrapTo(clone, 'seven', ['scripts/seven.js', '--a', 'b c']);
  expect(ended).toBe('ended with 7');
  expect(printed).toMatch(/^yes --a b c$/m);
});

async function bootstrapTo(clone: TemporaryDirectory, log: string, args: string[]) {
  const started = bootstrap(clone, log, args);
  await waitFor('the end', () => started.ended());
  return [started.ended(), await started.printed()] as const;
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on, and waits for the end', async signal => {
  await using clone = await smallClone();
  await writeFile(
    join(clone.path, 'scripts/careful.js'),
    `process.on('${signal}', () => setTimeout(() => { console.log('tidied up'); process.exit(0); }, 100));
    setInterval(() => {}, 1000);
    console.log('ready');\n`,
  );
  const started = bootstrap(clone, 'careful', ['scripts/careful.js']);
  await waitFor('the script', async () => (await started.printed()).includes('ready'));
  started.signal(signal);
  await waitFor('the end', () => started.ended());
  expect(started.ended()).toBe('ended with 0');
  expect(await started.printed()).toContain('tidied up');
});
