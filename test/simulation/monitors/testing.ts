import { type App, filesOf } from '../histories/fleet.ts';
import { type Item, manifestOf } from '../histories/items.ts';
import type { Evidence, KubeObject, Seen } from './evidence.ts';
import { Timeline } from './timeline.ts';

/** Hand-made evidence: a cluster in which somebody writes things at given times. */
export class Scene {
  readonly log: Seen[] = [];
  readonly timeline = new Timeline();
  readonly heads: Evidence['heads'][number][] = [];
  readonly #objects = new Map<string, KubeObject>();
  #version = 0;

  commit(at: number, ...apps: Partial<App>[]): this {
    const whole = apps.map(app => ({ ...blankApp, ...app }));
    const files = new Map(Object.entries(filesOf({ style: 'holdfast', apps: whole, readme: 0 })));
    this.heads.push({ at, commit: `commit-${this.heads.length}`, files });
    return this;
  }

  /** Holdfast applies the item for the application. */
  apply(at: number, item: Item, app = 'web', status: object = {}): this {
    return this.#put(at, item, app, 'holdfast/1', status);
  }

  /** Somebody else makes it, without our mark. */
  byHand(at: number, item: Item): this {
    return this.#put(at, item, '', 'kubectl/1', {});
  }

  #put(at: number, item: Item, app: string, userAgent: string, status: object): this {
    const name = `${item.kind} ${item.name}`;
    const before = this.#objects.get(name);
    const uid = before?.metadata?.uid ?? `uid-${++this.#version}`;
    const after = objectOf(item, app, uid, `${++this.#version}`, status);
    this.#objects.set(name, after);
    this.log.push({
      ...{ at, userAgent, method: 'PATCH', path: pathOf(item), dryRun: false, status: 200, after },
      ...(before === undefined ? {} : { before }),
    });
    this.timeline.record(at, this.#objects.values());
    return this;
  }

  delete(at: number, item: Item): this {
    const name = `${item.kind} ${item.name}`;
    const before = this.#objects.get(name);
    if (before === undefined) throw new Error(`${name} is not there`);
    this.#objects.delete(name);
    const request = { userAgent: 'holdfast/1', method: 'DELETE', path: pathOf(item), dryRun: false, status: 200 };
    this.log.push({ at, ...request, before });
    this.timeline.record(at, this.#objects.values());
    return this;
  }

  request(at: number, method: string, path: string, status = 200): this {
    this.log.push({ at, userAgent: 'holdfast/1', method, path, dryRun: false, status });
    return this;
  }

  evidence(more: Partial<Evidence> = {}): Evidence {
    const history: Evidence['history'] = {
      ...{ seed: 1, words: '', target: 'kubernetes', first: {}, actions: [], calmAt: 0, encores: [] },
      ...more.history,
    };
    const { log, timeline, heads } = this;
    return {
      ...{ log, timeline, heads, said: [], asked: [], lives: [], carried: [], effects: [], texts: [] },
      ...{ left: [], rests: [], encores: [], calmAt: 100_000, endedAt: 1_000_000 },
      ...more,
      history,
    };
  }
}

const blankApp: App = {
  ...{ name: 'web', namespace: '', automated: true, prune: true, selfHeal: true, cascade: true },
  ...{ dependsOn: [], items: [] },
};

function pathOf({ kind, name }: Item): string {
  return `/api/v1/namespaces/default/${kind.toLowerCase()}s/${name}`;
}

function objectOf(item: Item, app: string, uid: string, resourceVersion: string, status: object): KubeObject {
  const object = JSON.parse(manifestOf(item)) as KubeObject;
  const annotations = object.metadata?.annotations ?? {};
  const mark = 'holdfast.dev/application';
  const marks = app === '' ? {} : { [mark]: `fleet/${app}` };
  const manager = app === '' ? 'kubectl' : 'holdfast';
  const managedFields = [{ manager, fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${mark}`]: {} } } } }];
  return {
    ...object,
    status,
    metadata: {
      ...{ ...object.metadata, namespace: 'default', uid, resourceVersion, managedFields },
      annotations: { ...annotations, ...marks },
    },
  };
}
