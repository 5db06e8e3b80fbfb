import { ModelDatabase } from '../env/databases.ts';
import type { SimOperator } from '../env/operator.ts';
import { type PlanSpec, planOf } from '../faults/plan.ts';
import type { Point, PointKind } from '../faults/point.ts';
import type { Carried } from '../monitors/evidence.ts';
import { dataDirectory, SimWorld } from '../world.ts';
import { environmentPath } from './fleet.ts';
import type { History, Request } from './history.ts';
import { ailsMark } from './items.ts';
import { MachinePeople } from './machine/people.ts';
import { Observer } from './observer.ts';
import { People } from './people.ts';
import { MachineSight } from './sight.ts';

function ails({ metadata }: { metadata: { annotations?: Record<string, string> } }): boolean {
  return metadata.annotations?.[ailsMark] !== undefined;
}

function peopleOf(world: SimWorld): People {
  const people = new People(world);
  for (const name of ['default', 'kube-system']) people.makeNamespace(name);
  return people;
}

/** What costs something, and is not done at rest. */
const noted: readonly PointKind[] = ['render', 'git.fetch', 'file.write', 'process.start'];

const storePath = `${dataDirectory}/store.db`;

/** As a service manager would. */
const restartMs = 2_000;

class ObservedWorld extends SimWorld {
  observer: Observer | undefined;

  override async runUntil(condition: () => boolean, ms: number): Promise<boolean> {
    return await super.runUntil(() => {
      this.observer?.look();
      return condition();
    }, ms);
  }
}

/** A world with one history in it: who runs there, what fails, and what was seen. */
export class Stage {
  readonly history: History;
  readonly world: SimWorld;
  readonly observer: Observer;
  readonly people: People | MachinePeople;
  readonly carried: Carried[] = [];
  readonly effects: { at: number; kind: string; detail: string }[] = [];
  /** Where something could have failed, until it became calm. */
  places: readonly Point[] = [];
  #calm = false;
  /** What Holdfast remembers was thrown away, or is older than it was; or the cluster is. */
  forgot = false;
  /** Of etcd, as somebody keeps it. */
  snapshot: unknown;
  /** It went in the moment in which the operator did. */
  #powerFails = false;
  readonly #open = new Set<{ operator: SimOperator | undefined }>();
  readonly #wanted = new Map<string, SimOperator | undefined>();

  constructor(history: History, spec: PlanSpec) {
    this.history = history;
    const plan = planOf(spec, () => this.now);
    const world = new ObservedWorld({
      ...{ seed: history.seed, target: history.target },
      cluster: {
        readyMs: deployment => (ails(deployment) ? undefined : 100),
        job: job => ({ ms: 1_000, succeeds: !ails(job) }),
      },
      faults: point => {
        this.#note(point);
        const verdict = this.#calm ? undefined : plan(point);
        if (verdict !== undefined) this.carried.push({ at: this.now, point, verdict });
        if (verdict?.power) this.#powerFails = true;
        return verdict;
      },
    });
    this.world = world;
    this.observer = new Observer(world, history.target);
    world.observer = this.observer;
    const { sight } = this.observer;
    this.people = sight instanceof MachineSight ? new MachinePeople(world, sight.view) : peopleOf(world);
  }

  get now(): number {
    return this.world?.scheduler.now() ?? 0;
  }

  /** From now on nothing fails any more. */
  becalm(): void {
    this.#calm = true;
    const { faults } = this.world;
    const timers = Array.from(
      { length: faults.count('timer') },
      (_, index) => ({ kind: 'timer', index, detail: '' }) as const,
    );
    this.places = [...faults.points, ...timers];
  }

  #note({ kind, detail }: Point): void {
    if (noted.includes(kind)) this.effects.push({ at: this.now, kind, detail });
  }

  /** Lets the world go on until that time, or until `done`. */
  async until(time: number, done: () => boolean = () => false): Promise<boolean> {
    return await this.world.runUntil(
      () => {
        this.#supervise();
        return done();
      },
      Math.max(0, time - this.now),
    );
  }

  /** The one that people speak to, when it is there. */
  get operator(): SimOperator | undefined {
    return this.#wanted.get('a');
  }

  start(disk = 'a'): void {
    this.#wanted.set(disk, undefined);
    void this.world.start({ disk, config: { path: environmentPath } }).then(operator => {
      this.#wanted.set(disk, operator);
      this.observer.operators.push(operator);
      this.observer.lives.push({ at: this.now, event: 'start', operator: disk });
    });
  }

  async stop(disk = 'a'): Promise<void> {
    const operator = this.#wanted.get(disk);
    this.#wanted.delete(disk);
    await operator?.stop().catch(error => this.observer.texts.push({ where: 'stop', text: String(error) }));
    operator?.crash();
    this.observer.lives.push({ at: this.now, event: 'stop', operator: disk });
    this.observer.hearAgain();
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  loseStore(): void {
    this.#withoutMemory();
    const { disk } = this.world;
    for (const end of ['', '-wal', '-shm', '-journal']) {
      const path = `${storePath}${end}`;
      if (disk.find(path, false) !== undefined) disk.remove(path, false);
    }
  }

  tearStore(): void {
    this.#withoutMemory();
    if (this.world.disk.find(storePath, false) !== undefined)
      this.world.disk.replace(storePath, 'SQLite format 3 no more');
  }

  olderStore(by: number): void {
    this.#withoutMemory();
    const store = this.world.disk.find(storePath, false)?.attached;
    if (store instanceof ModelDatabase) store.restoreOlder(by);
  }

  tearInventory(): void {
    this.#withoutMemory();
    const directory = `${dataDirectory}/machine-state/applications`;
    for (const name of this.world.disk.find(directory, false)?.entries.keys() ?? [])
      if (name.endsWith('.json')) this.world.disk.replace(`${directory}/${name}`, '{"version":1,', 0o600);
  }

  /** Everything on the machine ends, and what was not on the platter may be gone. */
  losePower(): void {
    this.forgot = true;
    const fall = () => this.world.losePower();
    if (this.people instanceof MachinePeople) this.people.as('power/1', fall);
    else fall();
  }

  #withoutMemory(): void {
    this.forgot = true;
    this.operator?.crash();
  }

  #supervise(): void {
    for (const [disk, operator] of this.#wanted) {
      if (operator === undefined || operator.alive) continue;
      if (this.#powerFails) this.losePower();
      this.#powerFails = false;
      const { failure } = operator;
      const reason = failure === undefined ? {} : { reason: String(failure) };
      const event = failure === undefined ? 'crash' : 'failed';
      this.observer.lives.push({ at: this.now, event, operator: disk, ...reason });
      this.#wanted.set(disk, undefined);
      this.world.scheduler.after(restartMs, () => {
        if (this.#wanted.has(disk) && this.#wanted.get(disk) === undefined) this.start(disk);
      });
    }
  }

  /** Whether somebody still waits for an answer. */
  get isAsked(): boolean {
    return [...this.#open].some(({ operator }) => operator?.alive);
  }

  /** Asks the operator as the API would; what comes of it is written down. */
  ask(request: Request): void {
    const running = this.operator?.holdfast?.operator;
    if (running === undefined) return;
    const asked: { at: number; request: Request; refused?: string } = { at: this.now, request };
    this.observer.asked.push(asked);
    const { signal } = new AbortController();
    const by = 'adept';
    const { app } = request;
    const answer = (): Promise<unknown> => {
      switch (request.ask) {
        case 'sync':
          return running.sync(app, { prune: request.prune ?? false, confirm: request.confirm ?? false }, by);
        case 'rollback':
          return running.rollback(app, {}, by);
        case 'suspend':
          return running.suspend(app, 'because', by);
        case 'resume':
          return running.resume(app, by);
        case 'cancel':
          return running.cancel(app, by);
        case 'refresh':
          return running.refresh(undefined, signal);
        case 'diff':
          return running.diff(app, {}, signal);
        case 'remove':
          return running.remove(app, { orphan: request.orphan }, by);
      }
    };
    const tell = (text: string) => this.observer.texts.push({ where: `answer to ${request.ask}`, text });
    const { operator } = this;
    const mark = { operator };
    this.#open.add(mark);
    answer()
      .finally(() => this.#open.delete(mark))
      .then(
        value => tell(JSON.stringify(value ?? null)),
        error => {
          asked.refused = String(error?.message ?? error);
          tell(`${asked.refused} ${error?.advice ?? ''}`);
        },
      );
  }
}
