import { MachineView } from '../machine/view.ts';
import type { Head, KubeObject, Seen } from '../monitors/evidence.ts';
import { modelsOf } from '../monitors/model.ts';
import { dataDirectory, type SimWorld } from '../world.ts';
import { revMark } from './items.ts';
import { machineRoot } from './machine/fleet.ts';

/** The target, as those who judge see it: what was done to it, and how it is. */
export interface Sight {
  readonly log: Seen[];
  /** Rises whenever `objects` are others. */
  readonly version: number;
  /** Takes note of what happened since the last look. */
  look(): void;
  objects(): Iterable<KubeObject>;
}

export class ClusterSight implements Sight {
  readonly log: Seen[] = [];
  readonly #world: SimWorld;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  get version(): number {
    return this.#world.cluster.revision;
  }

  look(): void {
    const { log } = this.#world.cluster;
    if (log.length === this.log.length) return;
    const ahead = this.#world.wall.now() - Math.floor(this.#world.scheduler.now());
    for (let i = this.log.length; i < log.length; i++) {
      const exchange = log[i] as (typeof log)[number];
      this.log.push({ ...exchange, at: exchange.at - ahead } as Seen);
    }
  }

  objects(): Iterable<KubeObject> {
    return this.#world.cluster.objects() as Iterable<KubeObject>;
  }
}

export class MachineSight implements Sight {
  readonly view: MachineView;

  constructor({ machine, scheduler }: SimWorld, heads: readonly Head[]) {
    const claim = (key: string, object: KubeObject) => claimOf(key, object, heads);
    this.view = new MachineView({ machine, dataDirectory, root: machineRoot, claim, now: () => scheduler.now() });
  }

  get log(): Seen[] {
    return this.view.log;
  }

  get version(): number {
    return this.view.version;
  }

  look(): void {
    this.view.take('holdfast/1');
  }

  objects(): Iterable<KubeObject> {
    return this.view.objects();
  }
}

/** The application that declares it as it is, by the newest revision that does; or that declares it at all. */
function claimOf(key: string, object: KubeObject, heads: readonly Head[]): string {
  const models = modelsOf(heads).reverse();
  const owner = (isIt: (declared: KubeObject) => boolean) => {
    for (const { apps } of models) {
      for (const { name, objects } of apps.values()) {
        const declared = objects.get(key);
        if (declared !== undefined && isIt(declared)) return name;
      }
    }
    return undefined;
  };
  const rev = object.metadata?.annotations?.[revMark];
  return owner(({ metadata }) => metadata?.annotations?.[revMark] === rev) ?? owner(() => true) ?? '';
}
