import type { ExitResult, ProcessIdentity } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';
import type { MachineContext } from './context.ts';
import { lastLine, logDirectory, logPath } from './logs.ts';
import type { ScriptRecord } from './records.ts';
import { releasePath } from './releases.ts';
import { stopProcess } from './service.ts';
import { digest, type ScriptSpec } from './spec.ts';

const graceMs = 5_000;
/** How long a script of an earlier Holdfast is waited for. */
const adoptedTimeoutMs = 3_600_000;

type Script = ScriptSpec['scripts'][number];

export interface Scripts {
  /** Waits for what an earlier Holdfast had begun. */
  adopt(): void;
  isRunning(application: string, event: string): boolean;
  /** Begins the scripts of one lifecycle event, one after the other; the record tells how they end. */
  begin(application: string, event: string, record: ScriptRecord, scripts: readonly Script[], tree: string): void;
  /** Ends what runs of this event. */
  stop(application: string, event: string): Promise<void>;
  /** `stopScripts`: ends what runs; otherwise it goes on, and the next start waits for it. */
  close(stopScripts: boolean): Promise<void>;
}

export function createScripts(machine: MachineContext): Scripts {
  const { env, root, inventory } = machine;
  const running = new Map<string, { ending: AbortController; done: Promise<void> }>();
  const closing = new AbortController();
  const id = (application: string, event: string) => JSON.stringify([application, event]);

  async function wait(identity: ProcessIdentity, timeoutMs: number, ending: AbortSignal): Promise<ExitResult | 'late'> {
    const deadline = new AbortController();
    const cancel = env.timers.after(timeoutMs, () => deadline.abort());
    try {
      return await env.processes.waitForExit(identity, AbortSignal.any([deadline.signal, ending, closing.signal]));
    } catch (error) {
      closing.signal.throwIfAborted();
      await stopProcess(env, identity, graceMs);
      if (ending.aborted) throw error;
      return 'late';
    } finally {
      cancel();
    }
  }

  async function runOne(
    application: string,
    event: string,
    script: Script,
    tree: string,
    record: ScriptRecord,
    ending: AbortSignal,
  ): Promise<void> {
    const fail = (reason: string) => failure('MACHINE_SCRIPT_FAILED', { script: script.location, reason });
    const release = releasePath(root, application, tree);
    const path = `${release}/${script.location}`;
    const stat = await env.files.stat(path);
    if (stat?.type !== 'file') throw fail('there is no such file in the revision');
    const head = await firstBytes(env.files.stream(path, { to: 4 }));
    if (!head.startsWith('#!') && head !== '\u007fELF') throw fail('it has no #! line that says what runs it');
    if ((stat.mode & 0o111) !== 0o111) await env.files.setMode(path, stat.mode | 0o111);
    const user = script.runas === undefined ? undefined : await env.processes.user(script.runas);
    if (script.runas !== undefined && user === undefined) throw failure('MACHINE_USER_UNKNOWN', { name: script.runas });
    if (user !== undefined && user.uid !== machine.self.uid && machine.self.uid !== 0)
      throw fail(`running it as ${script.runas} needs Holdfast to run as root`);
    const outputPath = logPath(root, application, event);
    await env.files.makeDirectory(logDirectory(root, application), { mode: 0o750 });
    const identity = await env.processes.startService(path, [], {
      cwd: release,
      outputPath,
      env: {
        PATH: env.processes.variable('PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: user?.home ?? env.processes.variable('HOME') ?? '/',
        ...(script.runas === undefined ? {} : { USER: script.runas, LOGNAME: script.runas }),
        ...deploymentVariables(machine.name, application, event, tree),
      },
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    record.identity = identity;
    await inventory.save(application);
    const exit = await wait(identity, script.timeoutMs, ending);
    delete record.identity;
    if (exit === 'late') throw fail(`it did not end within ${Math.round(script.timeoutMs / 1000)} s`);
    if (exit.code === 0) return;
    const how = exit.signal === undefined ? `it ended with exit code ${exit.code}` : `it was ended by ${exit.signal}`;
    const line = await lastLine(env, outputPath);
    throw fail(line === '' ? how : `${how}; its last line: ${line}`);
  }

  async function settle(
    application: string,
    record: ScriptRecord,
    end: Pick<ScriptRecord, 'completion' | 'message' | 'hindered'>,
  ): Promise<void> {
    Object.assign(record, end);
    delete record.identity;
    await inventory.save(application).catch(error => {
      env.log.error('the end of a hook could not be written down', { application, reason: asFailure(error).message });
    });
    machine.changed(application);
  }

  function track(application: string, event: string, work: (ending: AbortSignal) => Promise<void>): void {
    const ending = new AbortController();
    const done = work(ending.signal).finally(() => {
      if (running.get(id(application, event))?.ending === ending) running.delete(id(application, event));
    });
    running.set(id(application, event), { ending, done });
  }

  return {
    adopt() {
      for (const { application, scripts } of inventory.all()) {
        for (const [event, record] of Object.entries(scripts)) {
          if (record.completion !== 'running') continue;
          track(application, event, async ending => {
            if (record.identity !== undefined) await wait(record.identity, adoptedTimeoutMs, ending).catch(() => {});
            if (closing.signal.aborted || ending.aborted) return;
            const message = 'Holdfast was started again while it ran: how it ended is not known';
            await settle(application, record, { completion: 'failed', message, hindered: true });
          });
        }
      }
    },
    isRunning: (application, event) => running.has(id(application, event)),
    begin(application, event, record, scripts, tree) {
      track(application, event, async ending => {
        try {
          for (const script of scripts) await runOne(application, event, script, tree, record, ending);
          if (event === 'ValidateService') markInstalled(machine, application, tree);
          await settle(application, record, { completion: 'succeeded', message: '' });
        } catch (error) {
          // Let go of: the next start finds it. Or stopped on purpose: nobody asks any more.
          if (closing.signal.aborted || ending.aborted) return;
          const { message, fault } = asFailure(error);
          // They are those of the revision before, which no commit can repair any more: they may not stand in the way.
          const hindered = fault === 'user' ? {} : ({ hindered: true } as const);
          if (event !== 'ApplicationStop')
            return await settle(application, record, { completion: 'failed', message, ...hindered });
          env.log.warn('the scripts of ApplicationStop failed; the deployment goes on', {
            application,
            reason: message,
          });
          await settle(application, record, {
            completion: 'succeeded',
            message: `went on although it failed: ${message}`,
          });
        }
      });
    },
    async stop(application, event) {
      const found = running.get(id(application, event));
      found?.ending.abort();
      await found?.done;
    },
    async close(stopScripts) {
      if (stopScripts) for (const { ending } of running.values()) ending.abort();
      else closing.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function markInstalled(machine: MachineContext, application: string, tree: string): void {
  const record = machine.inventory.of(application);
  if (record.installing?.tree !== tree) return;
  record.installed = record.installing;
  delete record.installing;
}

async function firstBytes(stream: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const piece of stream) return Buffer.from(piece.subarray(0, 4)).toString('latin1');
  return '';
}

/** What CodeDeploy's scripts may read. A deployment is one revision of one application on this machine. */
function deploymentVariables(
  machine: string,
  application: string,
  event: string,
  tree: string,
): Record<string, string> {
  return {
    APPLICATION_NAME: application,
    DEPLOYMENT_ID: `d-${digest(`${application}\0${tree}`).slice(0, 9).toUpperCase()}`,
    DEPLOYMENT_GROUP_NAME: machine,
    DEPLOYMENT_GROUP_ID: digest(machine).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    LIFECYCLE_EVENT: event,
  };
}
