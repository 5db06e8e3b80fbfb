import { createHash } from 'node:crypto';
import { type OperatorConfig, operatorSchema } from '../../src/config/schema.ts';
import type { Env } from '../../src/env/env.ts';
import { realHashing } from '../../src/env/real/hashing.ts';
import { type ClusterOptions, ModelCluster } from './cluster/cluster.ts';
import { apiServer } from './env/api-server.ts';
import { Chance } from './env/chance.ts';
import { simDatabases } from './env/databases.ts';
import { ModelDisk } from './env/disk.ts';
import { Effects } from './env/effects.ts';
import { Faults } from './env/faults.ts';
import { simFiles } from './env/files.ts';
import { Life } from './env/life.ts';
import { type LogEntry, simLog } from './env/log.ts';
import { simNet } from './env/net.ts';
import { Network } from './env/network.ts';
import { SimOperator } from './env/operator.ts';
import { passwd, simProcesses } from './env/processes.ts';
import { Scheduler } from './env/scheduler.ts';
import { simClock, simTimers, WallClock } from './env/timers.ts';
import type { FaultPlan } from './faults/point.ts';
import { ModelGit } from './git/model-git.ts';
import { ObjectStore } from './git/objects.ts';
import { gitServer } from './git/server.ts';
import { Machine } from './machine/machine.ts';

export interface SimWorldOptions {
  seed: number;
  target: 'kubernetes' | 'machine';
  faults?: FaultPlan;
  cluster?: ClusterOptions;
}

export interface StartOptions {
  /** The machine, with a disk of its own, that it runs on. Default `a`. */
  disk?: string;
  /** More of the operator's configuration. */
  config?: Record<string, unknown>;
}

/** Where an operator keeps what it has, and what a machine target may write to. */
export const dataDirectory = '/var/lib/holdfast';
export const machineRoot = '/srv';
const rendererPath = '/usr/lib/holdfast/renderer';
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Thousands of operators are given the same few. */
const configs = new Map<string, OperatorConfig>();

/**
 * A whole world by seed: a cluster or a machine, Git, disks, a network and time, and operators in it that are the product
 * itself (`startHoldfast`, unchanged). The same seed and the same doings give the same world, to the byte.
 */
export class SimWorld implements AsyncDisposable {
  readonly scheduler: Scheduler;
  readonly wall: WallClock;
  readonly network = new Network();
  readonly faults: Faults;
  readonly cluster: ModelCluster;
  /** `https://git.test/fleet`, which operators deliver from. */
  readonly git: ModelGit;
  readonly log: LogEntry[] = [];
  /** All that were started, in order. */
  readonly operators: SimOperator[] = [];
  readonly #options: SimWorldOptions;
  /** Of all repositories. */
  readonly objects = new ObjectStore();
  readonly #repositories = new Map<string, ModelGit>();
  readonly #machines = new Map<string, Machine>();
  #started = 0;

  constructor(options: SimWorldOptions) {
    const { seed } = options;
    this.#options = options;
    this.scheduler = new Scheduler(new Chance(seed, 'order'));
    this.wall = new WallClock(this.scheduler);
    this.faults = new Faults(options.faults);
    const chance = new Chance(seed, 'cluster');
    this.cluster = new ModelCluster(
      {
        now: () => this.wall.now(),
        after: (ms, fn) => this.scheduler.after(ms, fn),
        fraction: () => chance.fraction(),
        uuid: () => chance.uuid(),
      },
      options.cluster,
    );
    this.git = this.repository('fleet');
    this.network.add('api.test', apiServer(this.cluster));
    this.network.add('git.test', gitServer(this.#repositories, this.objects));
    for (const host of ['127.0.0.1', 'localhost']) this.network.add(host, this.machine.server());
  }

  /** A repository of this name, made where there is none. */
  repository(name: string): ModelGit {
    const found = this.#repositories.get(name) ?? new ModelGit(name, this.objects, () => this.wall.now());
    this.#repositories.set(name, found);
    return found;
  }

  get machine(): Machine {
    return this.machineOf('a');
  }

  get disk(): ModelDisk {
    return this.machine.disk;
  }

  machineOf(name: string): Machine {
    const known = this.#machines.get(name);
    if (known !== undefined) return known;
    const disk = new ModelDisk(() => this.wall.now());
    disk.makeDirectory('/tmp');
    disk.makeDirectory('/etc');
    disk.replace('/etc/passwd', passwd);
    disk.makeDirectory('/usr/lib/holdfast');
    disk.replace(rendererPath, 'the model renderer', 0o755);
    disk.makeDirectory(machineRoot);
    disk.makeDirectory(serviceAccount);
    for (const [file, text] of Object.entries({ token: 'token', 'ca.crt': 'ca', namespace: 'holdfast' })) {
      disk.replace(`${serviceAccount}/${file}`, text);
    }
    const machine = new Machine(this.scheduler, disk);
    this.#machines.set(name, machine);
    return machine;
  }

  /** Starts an operator process. It has started when its `holdfast` is there; the world has to run for that. */
  async start(options: StartOptions = {}): Promise<SimOperator> {
    const { disk = 'a' } = options;
    const name = `${disk}${++this.#started}`;
    const life = new Life(this.scheduler);
    const operator = new SimOperator({
      disk,
      env: this.#env(name, this.machineOf(disk), life),
      config: this.#config(options.config),
      life,
      runUntil: (condition, ms) => this.runUntil(condition, ms),
    });
    this.operators.push(operator);
    return operator;
  }

  #env(name: string, machine: Machine, life: Life): Env {
    const { scheduler, faults } = this;
    const chance = new Chance(this.#options.seed, `operator ${name}`);
    const effects = new Effects({ life, faults, scheduler, chance: new Chance(this.#options.seed, `effects ${name}`) });
    const self = machine.register('holdfast');
    life.atEnd(() => machine.end(self, { code: undefined, signal: 'SIGKILL' }));
    const git = { disk: machine.disk, objects: this.objects, repositories: this.#repositories };
    const variables = {
      HOLDFAST_RENDERER: rendererPath,
      KUBERNETES_SERVICE_HOST: 'api.test',
      KUBERNETES_SERVICE_PORT: '443',
      HOME: '/root',
      PATH: '/usr/bin:/bin',
    };
    return {
      clock: simClock(this.wall, scheduler),
      timers: simTimers(effects),
      random: {
        fraction: () => chance.fraction(),
        uuid: () => chance.uuid(),
        bytes: length => chance.bytes(length),
      },
      hashing: realHashing,
      net: simNet(effects, this.network),
      files: simFiles(effects, machine.disk),
      processes: simProcesses({ effects, machine, git, self, variables }),
      databases: simDatabases(effects, machine.disk),
      log: simLog(life, scheduler, name, this.log),
    };
  }

  #config(more: Record<string, unknown> = {}): OperatorConfig {
    const target =
      this.#options.target === 'kubernetes' ? { kubernetes: {} } : { machine: { allowedRoots: [machineRoot] } };
    const given = { name: 'fleet', repo: this.git.url, dataDirectory, target, ...more };
    const text = JSON.stringify(given);
    const config = configs.get(text) ?? operatorSchema.parse(given);
    configs.set(text, config);
    return config;
  }

  /** The power of a machine goes: operators and everything else on it end, and what was not on the platter may be lost. */
  losePower(name = 'a'): void {
    const chance = new Chance(this.#options.seed, `power ${this.scheduler.steps}`);
    for (const operator of this.operators) if (operator.disk === name) operator.losePower();
    this.machineOf(name).losePower();
    this.machineOf(name).disk.losePower(() => chance.fraction());
  }

  /** Runs the world until the condition holds or `ms` of virtual time passed; answers whether it held. */
  async runUntil(condition: () => boolean, ms: number): Promise<boolean> {
    return await this.scheduler.run(ms, condition);
  }

  async run(ms: number): Promise<void> {
    await this.scheduler.run(ms);
  }

  /** Equal for equal worlds: what the cluster saw, what Git has, and every byte on the disks. */
  hash(): string {
    const hash = createHash('sha256');
    for (const { at, method, path, status } of this.cluster.log) hash.update(`${at} ${method} ${path} ${status}\n`);
    for (const object of this.cluster.objects()) hash.update(JSON.stringify(object));
    for (const [name, { log }] of this.#repositories) hash.update(`${name} ${JSON.stringify(log)}`);
    for (const [name, machine] of this.#machines) {
      hash.update(name + JSON.stringify(machine.log));
      for (const line of machine.disk.describe()) hash.update(line);
    }
    return hash.digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    for (const operator of this.operators) operator.crash();
    for (const machine of this.#machines.values()) machine.disk.close();
  }
}
