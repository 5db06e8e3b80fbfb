import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { runProgram, type Started, startProcess } from '../../world/process.ts';
import { waitFor } from '../../world/wait.ts';

// One demo for all tests of this file, which go on from each other: this is the order in which a newcomer tries things.

const root = join(import.meta.dirname, '../../..');
/** What is promised is a second or two; a busy machine gets more. */
const soon = { deadlineMs: 15_000 };

let directory: TemporaryDirectory;
let demo: Started;
/** Whoever listens on the usual port: the demo has to take another. */
const neighbour = createServer();

beforeAll(async () => {
  directory = await temporaryDirectory('demo');
  neighbour.listen(18_080, '127.0.0.1').on('error', () => {}); // In use by somebody else: just as good.
  demo = await startDemo('first');
});

afterAll(async () => {
  neighbour.close();
  await demo.stop();
  await directory.remove();
});

/** As somebody whose git does not know their name. */
async function startDemo(log: string): Promise<Started> {
  const { PATH, XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
  const env = { PATH, XDG_CACHE_HOME, HOME: directory.path, GIT_CONFIG_NOSYSTEM: '1' };
  const started = startProcess({
    program: process.execPath,
    args: ['scripts/bootstrap.js', '--go', 'scripts/start.ts', '--data-dir', directory.path],
    log: join(directory.path, `${log}.log`),
    cwd: root,
    env,
  });
  await waitFor('the introduction', async () => {
    const ended = started.ended();
    if (ended !== undefined) throw new Error(`${ended}: ${await started.printed()}`);
    return (await started.printed()).includes('Ctrl-C stops everything.');
  });
  return started;
}

const inDemo = (...path: string[]) => join(directory.path, 'demo', ...path);

/** The command that the introduction offers under this name, exactly. */
async function offered(name: string): Promise<string> {
  const [, command] = new RegExp(`^ {2}${name} +(.+)$`, 'm').exec(await demo.printed()) ?? [];
  if (command === undefined) throw new Error(`no command ${name} in: ${await demo.printed()}`);
  return command;
}

const type = async (command: string) => (await runProgram('sh', ['-c', command], { cwd: root })).toString();

async function workerPid(): Promise<number> {
  return Number(await readFile(inDemo('machine/state/worker.pid'), 'utf8'));
}

/** Processes that run in a directory of the demo. */
async function leftBehind(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const places = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return places.filter(place => place.startsWith(directory.path));
}

test('everything is Synced and Healthy, and it is said where', async () => {
  const printed = await demo.printed();
  for (const name of ['settings', 'web', 'worker']) {
    expect(printed).toMatch(new RegExp(`^ {2}${name} +[0-9a-f]{7} {2}✓ Synced {2}✓ Healthy`, 'm'));
  }
  const lines = printed.slice(printed.indexOf('Running what Git says')).split('\n\n')[0]?.trim().split('\n');
  expect(lines).toHaveLength(10);
  expect(printed).toMatch(/Port 18080 is in use: the demo's web server takes 180\d\d\./);
});

test('a commit is live when the offered command has ended', async () => {
  const answer = await type(await offered('commit and push'));
  const greeting = await readFile(inDemo('fleet/web/greeting.txt'), 'utf8');
  if (answer !== greeting) {
    const [, url = ''] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(await demo.printed()) ?? [];
    await waitFor('the new greeting', async () => (await (await fetch(url)).text()) === greeting, soon);
  }
  expect(await demo.printed()).toMatch(/ web +syncs at [0-9a-f]{7}/);
});

test('a killed process comes back', async () => {
  const before = await workerPid();
  await type(await offered('kill a process'));
  await waitFor('another process', async () => (await workerPid()) !== before, soon);
  await waitFor('word of it', async () => /worker +.*SIGKILL/.test(await demo.printed()), soon);
});

test('a file that was edited by hand becomes again as Git has it', async () => {
  const file = inDemo('machine/settings/message.txt');
  await type(await offered('edit by hand'));
  await waitFor('the old text', async () => (await readFile(file, 'utf8')).includes('as Git has it'), soon);
  await waitFor('word of it', async () => /settings +File .*message\.txt was changed/.test(await demo.printed()), soon);
});

test('the command line finds the operator', async () => {
  // The last repair may still be under way.
  const apps = await waitFor('everything to be well again', async () => {
    const found = JSON.parse(await type(`bin/holdfast --data-dir ${directory.path} apps -o json`));
    return found.every(isWell) && found;
  });
  expect(apps.map(({ name }: { name: string }) => name)).toEqual(['settings', 'web', 'worker']);
});

function isWell({ sync, health }: { sync: { status: string }; health: { status: string } }): boolean {
  return sync.status === 'Synced' && health.status === 'Healthy';
}

test('Ctrl-C leaves nothing that runs', async () => {
  const pid = await workerPid();
  expect(await leftBehind()).not.toEqual([]);
  demo.signal('SIGINT');
  await waitFor('the end', () => demo.ended(), soon);
  expect(demo.ended()).toBe('ended with 0');
  expect(await demo.printed()).toMatch(/Stopped: .*\n$/);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(await leftBehind()).toEqual([]);
});

test('a second start goes on from what is there', async () => {
  const commits = await type(`git --git-dir ${inDemo('fleet.git')} log --format=%h`);
  demo = await startDemo('second');
  const printed = await demo.printed();
  const [newest = '', first = ''] = commits.split('\n');
  expect(printed).toMatch(new RegExp(`^ {2}web +${newest} {2}✓ Synced {2}✓ Healthy`, 'm'));
  expect(printed).not.toContain(first);
  expect(await type(`git --git-dir ${inDemo('fleet.git')} log --format=%h`)).toBe(commits);
  // Nothing had changed, so nothing but the processes had to be begun again.
  expect(printed).not.toMatch(/syncs at|created|changed/);
  expect(await offered('commit and push')).toContain(' pull ');
});

test('one at a time', async () => {
  const other = startProcess({
    program: process.execPath,
    args: ['scripts/bootstrap.js', '--go', 'scripts/start.ts', '--data-dir', directory.path],
    log: join(directory.path, 'other.log'),
    cwd: root,
  });
  await waitFor('the refusal', () => other.ended(), soon);
  expect(other.ended()).toBe('ended with 1');
  expect(await other.printed()).toContain('uses the data directory');
  expect(await leftBehind()).not.toEqual([]);
});

test('what was started by a killed operator is taken over, and ends with the next', async () => {
  const before = await workerPid();
  const operator = (await type(`cat ${join(directory.path, 'operator.json')}`)).trim();
  process.kill(JSON.parse(operator).pid, 'SIGKILL');
  await waitFor('the end', () => demo.ended(), soon);
  expect(existsSync(`/proc/${before}`)).toBe(true);
  demo = await startDemo('third');
  expect(await workerPid()).toBe(before);
  demo.signal('SIGTERM');
  await waitFor('the end', () => demo.ended(), soon);
  expect(await leftBehind()).toEqual([]);
});
