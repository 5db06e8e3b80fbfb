import { asFailure, failure } from '../../errors.ts';
import type { MachineContext } from './context.ts';
import { logDirectory, logPath, rotate } from './logs.ts';
import { findMarked, markName } from './marks.ts';
import type { ProcessRecord } from './records.ts';
import { releasePath } from './releases.ts';
import { type Service, type ServiceTimes, stopProcess, supervise } from './service.ts';
import { digest } from './spec.ts';

export interface SupervisorOptions {
  times: ServiceTimes;
  /** A log larger than this is rotated. */
  logBytes: number;
  logsKept: number;
  rotateMs: number;
}

export interface Supervisor {
  /** Takes over what runs, and starts again what ended while nobody looked. */
  adopt(): Promise<void>;
  service(application: string, name: string): Service | undefined;
  services(application: string): { name: string; service: Service }[];
  /** Throws MACHINE_RESOURCE_INVALID when the directory to run in is not there. */
  requireRelease(application: string, tree: string): Promise<void>;
  /** Runs the process as its record says, instead of what runs under this name. Resolves when the first start was tried. */
  run(application: string, name: string, record: ProcessRecord): Promise<void>;
  stop(application: string, name: string): Promise<void>;
  /** Ends the supervision of one process, which goes on. */
  letGo(application: string, name: string): Promise<void>;
  close(stopProcesses: boolean): Promise<void>;
}

export function createSupervisor(machine: MachineContext, options: SupervisorOptions): Supervisor {
  const { env, root, inventory } = machine;
  const services = new Map<string, { application: string; name: string; service: Service }>();
  const id = (application: string, name: string) => JSON.stringify([application, name]);
  const mark = (application: string, name: string) => digest(`${root}\0${application}\0${name}`).slice(0, 24);
  let stopRotation = () => {};

  function begin(application: string, name: string, record: ProcessRecord): Service {
    const service = supervise(env, {
      command: record.command,
      env: {
        PATH: env.processes.variable('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: env.processes.variable('HOME') ?? '/',
        ...record.env,
        [markName]: `${mark(application, name)}.${record.hash}`,
      },
      cwd: releasePath(root, application, record.tree),
      outputPath: logPath(root, application, name),
      times: options.times,
      ...(record.identity === undefined ? {} : { identity: record.identity }),
      ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
      async onIdentity(identity, startedAt) {
        delete record.identity;
        if (identity !== undefined) Object.assign(record, { identity, startedAt });
        await inventory.save(application);
      },
      onChange: () => machine.changed(application),
    });
    services.set(id(application, name), { application, name, service });
    return service;
  }

  /** Processes that bear our mark though no record has their id. */
  async function findLost(application: string, name: string, record: ProcessRecord): Promise<void> {
    const prefix = `${mark(application, name)}.`;
    for (const lost of await findMarked(env, prefix)) {
      const same = lost.mark === `${prefix}${record.hash}`;
      if (same && record.identity === undefined) record.identity = lost.identity;
      else if (lost.identity.pid !== record.identity?.pid) await stopProcess(env, lost.identity, options.times.graceMs);
    }
  }

  /** A record may be of the one before: where the disk was full, what was started then is not written down. */
  async function findAgain(application: string, name: string, record: ProcessRecord): Promise<void> {
    const { identity } = record;
    if (identity !== undefined && (await env.processes.isAlive(identity))) return;
    delete record.identity;
    await findLost(application, name, record);
    if (record.identity === undefined && identity !== undefined) record.identity = identity;
    else await inventory.save(application);
  }

  async function rotateLogs(): Promise<void> {
    for (const record of inventory.all()) {
      const directory = logDirectory(root, record.application);
      for (const name of await env.files.list(directory)) {
        if (name.endsWith('.log')) await rotate(env, `${directory}/${name}`, options.logBytes, options.logsKept);
      }
    }
  }

  function scheduleRotation(): void {
    stopRotation = env.timers.after(options.rotateMs, () => {
      rotateLogs()
        .catch(error => env.log.warn('rotating logs failed', { reason: asFailure(error).message }))
        .finally(scheduleRotation);
    });
  }

  return {
    async adopt() {
      for (const { application, processes } of inventory.all()) {
        for (const [name, record] of Object.entries(processes)) {
          // From a start before that came to no end.
          if (services.has(id(application, name))) continue;
          await findAgain(application, name, record);
          begin(application, name, record);
        }
      }
      scheduleRotation();
    },
    service: (application, name) => services.get(id(application, name))?.service,
    services: application => [...services.values()].filter(service => service.application === application),
    async requireRelease(application, tree) {
      if ((await env.files.stat(releasePath(root, application, tree))) !== undefined) return;
      const reason = 'its working directory is not there; sync the whole application';
      throw failure('MACHINE_RESOURCE_INVALID', { resource: `the process of ${application}`, reason });
    },
    async run(application, name, record) {
      await this.stop(application, name);
      await env.files.makeDirectory(logDirectory(root, application), { mode: 0o750 });
      await findLost(application, name, record);
      await inventory.save(application);
      await begin(application, name, record).begun;
    },
    async stop(application, name) {
      const found = services.get(id(application, name));
      await found?.service.stop();
      services.delete(id(application, name));
    },
    async letGo(application, name) {
      await services.get(id(application, name))?.service.letGo();
      services.delete(id(application, name));
    },
    async close(stopProcesses) {
      stopRotation();
      await Promise.all(
        [...services.values()].map(({ service }) => (stopProcesses ? service.stop() : service.letGo())),
      );
      if (!stopProcesses) return;
      for (const record of inventory.all()) {
        for (const process of Object.values(record.processes)) delete process.identity;
        await inventory.save(record.application);
      }
    },
  };
}
