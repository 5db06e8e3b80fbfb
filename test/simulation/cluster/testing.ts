// For tests of the model alone: time that goes on when it is told to, and short requests.
import { type ApiAnswer, type ClusterOptions, type ClusterTime, ModelCluster } from './cluster.ts';
import type { JsonObject } from './json.ts';

interface Timer {
  at: number;
  order: number;
  fn: () => void;
}

export class SteppedTime implements ClusterTime {
  #now = Date.parse('2026-01-02T03:04:05Z');
  #count = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, order: this.#count++, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  fraction(): number {
    return (this.#count++ * 0.618034) % 1;
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(this.#count++).padStart(12, '0')}`;
  }

  run(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end);
      const [next] = due.sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}

export interface Told {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds.
  body: any;
}

/** A cluster with the namespace `shop`, and somebody who asks. */
export class TestCluster {
  readonly time = new SteppedTime();
  readonly cluster: ModelCluster;

  constructor(options: ClusterOptions = {}) {
    this.cluster = new ModelCluster(this.time, options);
    this.ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    this.time.run(100);
  }

  send(method: string, path: string, body?: JsonObject, seenRevision?: number): ApiAnswer {
    const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
    const headers = { 'user-agent': 'test/1', 'content-type': type };
    return this.cluster.handle({
      ...{ method, path, headers, user: 'tester' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(seenRevision === undefined ? {} : { seenRevision }),
    });
  }

  ask(method: string, path: string, body?: JsonObject, seenRevision?: number): Told {
    const answer = this.send(method, path, body, seenRevision);
    if ('open' in answer) throw new Error(`${path} is a stream`);
    return { status: answer.status, body: answer.body.startsWith('{') ? JSON.parse(answer.body) : answer.body };
  }

  apply(name: string, data: Record<string, string>, labels: Record<string, string> = {}): Told {
    const path = `${configMaps}/${name}?fieldManager=holdfast&force=true`;
    return this.ask('PATCH', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
  }

  /** What a watch has said so far; `ended` when it has ended. */
  watch(query: string, seenRevision?: number): { events: Told['body'][]; ended(): boolean } {
    const answer = this.send('GET', `${configMaps}?watch=true&${query}`, undefined, seenRevision);
    if (!('open' in answer)) throw new Error(answer.body);
    const events: Told['body'][] = [];
    let isEnded = false;
    answer.open(
      line => events.push(JSON.parse(line)),
      () => {
        isEnded = true;
      },
    );
    return { events, ended: () => isEnded };
  }
}

export const configMaps = '/api/v1/namespaces/shop/configmaps';
