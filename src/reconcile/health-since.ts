import type { ApplicationStatus } from '../model/status.ts';
import type { Store } from '../store/store.ts';

/** Since when applications are as healthy or not as they are: after a start from what the store tells, where it does. */
export class HealthSince {
  readonly #store: Pick<Store, 'events' | 'lastHealthySync'>;
  /** Of each application, what was told last of its health. Read once: at a start all are asked about. */
  #told: Map<string, { message: string; at: number }> | undefined;

  constructor(store: Pick<Store, 'events' | 'lastHealthySync'>) {
    this.#store = store;
  }

  of(before: ApplicationStatus, { name, health }: ApplicationStatus, now: number): number | undefined {
    if (before.observedAt > 0) return before.health.status === health.status ? before.healthSince : now;
    this.#told ??= this.#read();
    const told = this.#told.get(name);
    const isSame =
      told !== undefined && (told.message === health.status || told.message.startsWith(`${health.status}:`));
    if (isSame) return told.at;
    return health.status === 'Healthy' ? this.#store.lastHealthySync(name)?.healthyAt : undefined;
  }

  #read(): Map<string, { message: string; at: number }> {
    const events = this.#store.events({ limit: 100_000, where: ({ type }) => type === 'health' });
    return new Map(events.map(({ application, message, at }) => [application, { message, at }]));
  }
}
