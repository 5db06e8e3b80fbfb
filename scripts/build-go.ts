// Builds the Go programs of this repository once for each state of their inputs, outside the work tree.
//
//   node scripts/build-go.ts [renderer|controlplane|tools|all]

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from './lock.ts';
import { progressLine } from './progress.ts';

export interface GoProgram {
  /** What people call it; also the name of the executable. */
  name: string;
  /** The module's directory. */
  directory: string;
  /** The package to build, as `go build` takes it. */
  package: string;
  ldflags?: string;
  env?: Record<string, string>;
}

const root = join(import.meta.dirname, '..');
const controlplane = join(root, 'test/world/controlplane');
const tools = join(root, 'test/world/tools');

const kubernetesVersion = ['gitVersion=v1.36.3', 'gitMajor=1', 'gitMinor=36', 'gitTreeState=clean'];

/** Every Go program of this repository. The versions of what is built stand in each module's go.mod. */
export const programs = {
  renderer: {
    name: 'renderer',
    directory: join(root, 'renderer'),
    package: '.',
    // What `buildMetadata: [managedByLabel]` says: the release that the library in renderer/go.mod belongs to.
    ldflags: '-X sigs.k8s.io/kustomize/api/provenance.version=v5.8.1',
  },
  controlplane: {
    name: 'controlplane',
    directory: controlplane,
    package: '.',
    ldflags: kubernetesVersion.map(assignment => `-X k8s.io/component-base/version.${assignment}`).join(' '),
  },
  helm: { name: 'helm', directory: tools, package: 'helm.sh/helm/v4/cmd/helm' },
  kustomize: { name: 'kustomize', directory: tools, package: 'sigs.k8s.io/kustomize/kustomize/v5' },
} satisfies Record<string, GoProgram>;

const groups = {
  renderer: ['renderer'],
  controlplane: ['controlplane'],
  tools: ['helm', 'kustomize'],
  all: ['renderer', 'controlplane', 'helm', 'kustomize'],
} satisfies Record<string, (keyof typeof programs)[]>;

/** How many builds of one program are kept: people go back and forth between branches. */
const keptBuilds = 4;

/** Where built programs are kept: shared by all clones of this user, and never inside one of them. */
function goCacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast', 'go');
}

/**
 * The path of the program's executable, built first where its inputs have changed since the last build.
 * Processes that ask for the same program at the same time build it once. Progress goes to standard error.
 */
export async function buildGo(program: GoProgram): Promise<string> {
  const environment = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', ...program.env };
  const version = await goVersion(program, environment);
  const home = join(goCacheDirectory(), program.name);
  const directory = join(home, await inputsKey(program, version));
  const executable = join(directory, program.name);
  if (await touch(directory, executable)) return executable;

  await mkdir(home, { recursive: true });
  await withLock(join(home, 'lock'), `another process builds ${program.name}`, async () => {
    if (await touch(directory, executable)) return;
    await forgetOldBuilds(home);
    const temporary = await mkdtemp(join(home, 'building-'));
    try {
      await compile(program, environment, join(temporary, program.name));
      await rm(directory, { recursive: true, force: true });
      await rename(temporary, directory);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return executable;
}

async function compile(program: GoProgram, env: NodeJS.ProcessEnv, output: string): Promise<void> {
  const progress = progressLine(
    `building ${program.name}`,
    'a few minutes the first time, seconds after small changes',
  );
  try {
    let downloads = 0;
    let packages = 0;
    progress.show('looking up what it consists of');
    await run(program, env, ['list', '-deps', program.package], line => {
      if (!line.startsWith('go: downloading')) packages++;
      else progress.show(`${++downloads} modules downloaded`);
    });

    let compiled = 0;
    const ldflags = ['-s', '-w', program.ldflags ?? ''].join(' ').trim();
    const flags = ['-v', '-trimpath', '-buildvcs=false', '-ldflags', ldflags];
    progress.show('putting it together');
    progress.start();
    await run(program, env, ['build', ...flags, '-o', output, program.package], () => {
      compiled++;
      progress.show(`${compiled} of at most ${packages} packages`, compiled / packages);
    });
    progress.end('built');
  } catch (error) {
    progress.end('failed');
    throw error;
  }
}

/** Runs the go command, hands over each line it prints, and throws with the last of them if it fails. */
async function run(
  program: GoProgram,
  env: NodeJS.ProcessEnv,
  args: string[],
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn('go', args, { cwd: program.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      tail.push(line);
      if (tail.length > 30) tail.shift();
      onLine(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`go ${args[0]} of ${program.name} failed:\n${tail.join('\n')}`);
}

async function goVersion(program: GoProgram, env: NodeJS.ProcessEnv): Promise<string> {
  const module = await readFile(join(program.directory, 'go.mod'), 'utf8');
  const [, needed = '1.26'] = /^go (\d+\.\d+)/m.exec(module) ?? [];
  let printed = '';
  try {
    // Outside the module: there an old Go would refuse to say its version.
    await run({ ...program, directory: root }, env, ['version'], line => {
      printed = line;
    });
  } catch {
    throw new Error(
      `Go ${needed} or newer is needed to build ${program.name}, and was not found: see https://go.dev/dl/`,
    );
  }
  const [, found = '0.0'] = /go(\d+\.\d+)/.exec(printed) ?? [];
  if (found.localeCompare(needed, 'en', { numeric: true }) >= 0) return printed;
  throw new Error(
    `Go ${needed} or newer is needed to build ${program.name}, and this is "${printed}": see https://go.dev/dl/`,
  );
}

async function inputsKey(program: GoProgram, version: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, program.package, program.ldflags ?? '', program.env ?? {}]));
  const entries = await readdir(program.directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile() && !entry.name.endsWith('_test.go'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !/(^|\/)(testdata|node_modules|\.)/.test(relative(program.directory, file)))
    .sort();
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`${relative(program.directory, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Whether the build is there; if so it now counts as used. */
async function touch(directory: string, executable: string): Promise<boolean> {
  try {
    await access(executable);
    const now = new Date();
    await utimes(directory, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Removes what is left of builds that were killed, and all but the last used of those that ended. */
async function forgetOldBuilds(home: string): Promise<void> {
  const names = await readdir(home);
  const killed = names.filter(name => name.startsWith('building-'));
  const finished = names.filter(name => /^[0-9a-f]{32}$/.test(name));
  const used = await Promise.all(finished.map(async name => ({ name, at: (await stat(join(home, name))).mtimeMs })));
  used.sort((a, b) => b.at - a.at);
  for (const name of [...killed, ...used.slice(keptBuilds - 1).map(build => build.name)]) {
    await rm(join(home, name), { recursive: true, force: true });
  }
}

function isGroup(name: string): name is keyof typeof groups {
  return Object.hasOwn(groups, name);
}

if (import.meta.main) {
  const name = process.argv[2] ?? 'all';
  if (!isGroup(name)) {
    process.stderr.write(`usage: node scripts/build-go.ts ${Object.keys(groups).join('|')}\n`);
    process.exit(2);
  }
  try {
    for (const member of groups[name]) process.stdout.write(`${await buildGo(programs[member])}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
