import { mkdir, readFile } from 'node:fs/promises';
import type { Env } from '../../../src/env/env.ts';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';

/** An operator that delivers its repository to a directory of this machine: real processes, real files. */
export interface MachineDelivery extends AsyncDisposable {
  repo: GitRepo;
  /** Where applications may write files. */
  srv: string;
  directory: string;
  dataDirectory: string;
  test: TestOperator;
  /** Ends the operator (what it runs goes on), lets `between` happen, and starts another one on the same data directory. */
  restart(between?: () => Promise<unknown>): Promise<TestOperator>;
}

export async function startMachineDelivery(
  files: (srv: string) => Record<string, string>,
  options: { change?: (env: Env) => Env } = {},
): Promise<MachineDelivery> {
  const directory = await temporaryDirectory('machine-delivery');
  const srv = `${directory.path}/srv`;
  await mkdir(srv);
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit(files(srv), { message: 'first' });
  const dataDirectory = `${directory.path}/data`;
  const start = () =>
    startTestOperator({
      repo: repo.fileUrl,
      dataDirectory,
      ...options,
      config: { target: { machine: { root: `${directory.path}/root`, allowedRoots: [srv] } } },
    });
  const delivery: MachineDelivery = {
    repo,
    srv,
    directory: directory.path,
    dataDirectory,
    test: await start(),
    async restart(between) {
      await delivery.test.close();
      await between?.();
      delivery.test = await start();
      return delivery.test;
    },
    async [Symbol.asyncDispose]() {
      await delivery.test.close({ stopProcesses: true });
      await directory[Symbol.asyncDispose]();
    },
  };
  return delivery;
}

/** Ids of what runs, by the name in the Procfile. */
export function pids({ resources }: Pick<ApplicationStatus, 'resources'>): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { id, summary = '' } of resources) {
    const pid = /process (\d+)/.exec(summary)?.[1];
    if (id.kind === 'Process' && pid !== undefined) found[id.name.slice(id.name.indexOf('/') + 1)] = Number(pid);
  }
  return found;
}

export function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The words a process was started with; undefined when it is none (any more). */
export async function commandOf(pid: number | undefined): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text === '' ? undefined : text.split('\0').slice(0, -1).join(' ');
}

/** An appspec of files, and of scripts that add a line of their own to `log`. */
export function appspec(files: [source: string, destination: string][], hooks: Record<string, string> = {}): string {
  const list = files.map(([source, destination]) => ({ source, destination }));
  const scripts = Object.entries(hooks).map(([event, location]) => [event, [{ location, timeout: '20' }]]);
  return JSON.stringify({
    version: '0.0',
    os: 'linux',
    files: list,
    ...(scripts.length === 0 ? {} : { hooks: Object.fromEntries(scripts) }),
  });
}

/** A web server that answers with its version, or with trouble. */
export function webServer(port: number, version: string, status = 200): Record<string, string> {
  return {
    'web/Procfile': 'web: node server.mjs\n',
    'web/server.mjs': `import { createServer } from 'node:http';
createServer((_, response) => response.writeHead(${status}).end('${version}')).listen(${port}, '127.0.0.1');
`,
  };
}

export async function answerOf(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  return await answer.text();
}
