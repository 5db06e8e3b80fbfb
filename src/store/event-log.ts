import type { Clock } from '../env/env.ts';
import type { Event } from '../model/status.ts';
import type { Documents } from './documents.ts';
import { eventRecord, parseRecords } from './records.ts';

/** All applications together; the oldest give way. */
const maxEvents = 10_000;
/** How many are dropped at a time, so that not every event costs a delete. */
const dropAtOnce = 500;

export interface EventQuery {
  application?: string;
  after?: number;
  limit?: number;
  /** Those for which it is false do not count, as if they were not there. */
  where?: (event: Event) => boolean;
}

/** The account of what happened. Held in memory (a few megabytes at most) and written through. */
export class EventLog {
  readonly #documents: Documents;
  readonly #clock: Clock;
  #events: Event[];
  #lastId: number;

  constructor(documents: Documents, clock: Clock) {
    this.#documents = documents;
    this.#clock = clock;
    this.#events = parseRecords(eventRecord, documents.list('event', '').values()).sort((a, b) => a.id - b.id);
    this.#lastId = this.#events.at(-1)?.id ?? 0;
  }

  append(event: Omit<Event, 'id' | 'at'> & { at?: number }): Event {
    this.#lastId += 1;
    const complete: Event = { ...event, at: event.at ?? this.#clock.now(), id: this.#lastId };
    this.#events.push(complete);
    const dropped = this.#events.length > maxEvents + dropAtOnce ? this.#events.splice(0, dropAtOnce) : [];
    const changes = [
      { kind: 'event', owner: '', key: keyOf(complete.id), value: JSON.stringify(complete) },
      ...dropped.map(({ id }) => ({ kind: 'event', owner: '', key: keyOf(id), value: undefined })),
    ];
    this.#documents.write(changes, 'soon');
    return complete;
  }

  list(options: EventQuery): Event[] {
    const { application, where } = options;
    const limit = options.limit ?? 1_000;
    // Greater than every id there is: it comes from a store that was lost, so everything here is new.
    const after = options.after !== undefined && options.after > this.#lastId ? 0 : options.after;
    const start = after === undefined ? 0 : this.#events.findIndex(({ id }) => id > after);
    if (start === -1) return [];
    const found = this.#events
      .slice(start)
      .filter(event => (application === undefined || event.application === application) && where?.(event) !== false);
    return after === undefined ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit);
  }
}

function keyOf(id: number): string {
  return String(id).padStart(16, '0');
}
