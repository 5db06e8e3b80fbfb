import { mkdir } from 'node:fs/promises';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';
import { type Program, startProgram, untilStatus } from '../promises/program.ts';
import { isAlive } from './setup.ts';

/** `bin/holdfast run` on a machine in a directory: started, killed and stopped as often as the test likes. */
export interface MachineProgram extends AsyncDisposable {
  repo: GitRepo;
  srv: string;
  directory: string;
  dataDirectory: string;
  /** The one started last. */
  running: Program | undefined;
  start(...words: string[]): Promise<Program>;
  untilSynced(name: string, revision?: string): Promise<ApplicationStatus>;
}

export async function machineProgram(files: (srv: string) => Record<string, string | null>): Promise<MachineProgram> {
  const directory = await temporaryDirectory('machine-program');
  const srv = `${directory.path}/srv`;
  await mkdir(srv);
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit(files(srv));
  const dataDirectory = `${directory.path}/data`;
  const target = ['--target', 'machine', '--root', `${directory.path}/root`, '--allow-root', srv];
  const machine: MachineProgram = {
    repo,
    srv,
    directory: directory.path,
    dataDirectory,
    running: undefined,
    async start(...words) {
      machine.running = await startProgram({ repo: repo.fileUrl, dataDirectory, words: [...target, ...words] });
      return machine.running;
    },
    async untilSynced(name, revision) {
      if (machine.running === undefined) throw new Error('it does not run');
      return await untilStatus(
        machine.running,
        name,
        ({ sync, health, operation }) =>
          (revision === undefined || sync.revision === revision) &&
          sync.status === 'Synced' &&
          health.status === 'Healthy' &&
          operation?.result !== 'running',
      );
    },
    async [Symbol.asyncDispose]() {
      await machine.running?.kill();
      const last = await machine.start('--stop-processes');
      await waitFor('the start', () => last.printed().includes('its API is at'));
      await last.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
  return machine;
}

export async function untilGone(pids: Iterable<number | undefined>): Promise<void> {
  const all = [...pids];
  await waitFor('the end of the processes', () => !all.some(isAlive));
}
