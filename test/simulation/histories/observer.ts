import type { SimOperator } from '../env/operator.ts';
import type { Asked, Evidence, Head, Life, Said } from '../monitors/evidence.ts';
import { Timeline } from '../monitors/timeline.ts';
import { dataDirectory, type SimWorld } from '../world.ts';
import type { History } from './history.ts';
import { ClusterSight, MachineSight, type Sight } from './sight.ts';

/** Writes down what happens in a world, after each of its steps. */
export class Observer {
  readonly sight: Sight;
  readonly timeline = new Timeline();
  readonly heads: Head[] = [];
  readonly said: Said[] = [];
  readonly asked: Asked[] = [];
  readonly lives: Life[] = [];
  /** All that were ever started. */
  readonly operators: SimOperator[] = [];
  readonly texts: { where: string; text: string }[] = [];
  readonly #world: SimWorld;
  readonly #followed = new Set<SimOperator>();
  readonly #digests = new Map<string, string>();
  #revision = -1;

  constructor(world: SimWorld, target: History['target']) {
    this.#world = world;
    this.sight = target === 'machine' ? new MachineSight(world, this.heads) : new ClusterSight(world);
  }

  /** Whole milliseconds, as the cluster's log has them. */
  get now(): number {
    return Math.floor(this.#world.scheduler.now());
  }

  /** Rises when anything was seen that a decision about the end may depend on. */
  get version(): number {
    return this.sight.log.length + this.said.length + this.lives.length + this.#revision;
  }

  look(): void {
    const { sight } = this;
    sight.look();
    if (sight.version !== this.#revision) {
      this.#revision = sight.version;
      this.timeline.record(this.now, sight.objects());
    }
    for (const operator of this.operators) if (!this.#followed.has(operator)) this.#follow(operator);
  }

  /** The branch has moved. */
  moved(): void {
    const { git } = this.#world;
    const commit = git.head();
    this.heads.push({ at: this.now, commit, files: git.files(commit) });
  }

  /** What those say who are left: the last word may have been of another. */
  hearAgain(): void {
    for (const { alive, holdfast } of this.operators)
      if (alive) for (const status of holdfast?.operator.applications() ?? []) this.#say(status);
  }

  #follow(operator: SimOperator): void {
    if (!operator.alive) {
      this.#followed.add(operator);
      return;
    }
    const running = operator.holdfast?.operator;
    if (running === undefined) return;
    this.#followed.add(operator);
    this.lives.push({ at: this.now, event: 'ready', operator: '' });
    const say = (name: string) => {
      if (!operator.alive) return;
      try {
        this.#say(running.application(name));
      } catch {
        this.#digests.delete(name); // It is no more.
      }
    };
    running.onChange(say);
    for (const { name } of running.applications()) say(name);
  }

  #say(status: ReturnType<NonNullable<SimOperator['holdfast']>['operator']['application']>): void {
    const { name, sync, health, operation, quarantined } = status;
    const digest = `${sync.status} ${sync.revision} ${health.status} ${operation?.result} ${sync.message} ${quarantined !== undefined}`;
    if (this.#digests.get(name) === digest) return;
    this.#digests.set(name, digest);
    this.texts.push({ where: 'status', text: JSON.stringify(status) });
    this.said.push({
      ...{ at: this.now, application: name, sync: sync.status, revision: sync.revision, health: health.status },
      ...(quarantined === undefined ? {} : { quarantined: true }),
      ...(operation === undefined ? {} : { operation: operation.result }),
    });
  }

  /** What is kept on the disk, for whoever looks there. */
  keep(): void {
    for (const { message, fields } of this.#world.log)
      this.texts.push({ where: 'log', text: `${message} ${JSON.stringify(fields)}` });
    const store = this.#world.disk.find(`${dataDirectory}/store.db`, false);
    if (store?.attached !== undefined) this.texts.push({ where: 'store', text: store.attached.describe() });
    const cache = this.#world.disk.find(`${dataDirectory}/rendered`, false);
    for (const [name, { content, type }] of cache?.entries ?? [])
      if (type === 'file')
        this.texts.push({ where: `rendered/${name}`, text: Buffer.from(content).toString('latin1') });
  }

  evidence(): Pick<Evidence, 'log' | 'timeline' | 'heads' | 'said' | 'asked' | 'lives' | 'texts'> {
    const { sight, timeline, heads, said, asked, lives, texts } = this;
    return { log: sight.log, timeline, heads, said, asked, lives, texts };
  }
}
