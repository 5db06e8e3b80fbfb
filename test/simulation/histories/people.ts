import { Buffer } from 'node:buffer';
import type { SimWorld } from '../world.ts';
import type { Handiwork } from './history.ts';

type Json = Record<string, unknown>;

const mark = 'holdfast.dev/application';

interface Place {
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

const plurals: Record<string, string> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  Deployment: 'deployments',
  Job: 'jobs',
  Namespace: 'namespaces',
  Widget: 'widgets',
  CustomResourceDefinition: 'customresourcedefinitions',
};

/** How long somebody insists. */
export const fightMs = 30_000;

/** What somebody changes by hand in a thing of this kind, the `n`-th time. */
const edits: Record<string, (n: number) => Json> = {
  ConfigMap: n => ({ data: { value: `by hand ${n}` } }),
  Secret: n => ({ data: { password: Buffer.from(`by hand ${n}`).toString('base64') } }),
  Service: n => ({ spec: { selector: { app: `by-hand-${n}` } } }),
  ServiceAccount: n => ({ automountServiceAccountToken: n % 2 === 0 }),
  Deployment: n => ({ spec: { replicas: 3 + (n % 2) } }),
  Widget: n => ({ spec: { size: 900 + n } }),
};

function readKey(key: string): Place {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  return { group, kind, namespace, name };
}

/** Somebody with kubectl, who knows nothing of Holdfast. */
export class People {
  readonly #world: SimWorld;
  #edits = 0;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  do({ do: deed, key }: Handiwork): void {
    const place = readKey(key);
    const there = this.#find(place);
    if (there === undefined) return;
    const path = pathOf(place);
    const collection = pathOf({ ...place, name: '' });
    const deeds: Partial<Record<Handiwork['do'], () => void>> = {
      edit: () => this.#edit(place),
      fight: () => {
        for (let ms = 0; ms < fightMs; ms += 500) this.#world.scheduler.after(ms, () => this.#edit(place));
      },
      delete: () => this.#send('DELETE', path),
      scale: () => {
        if (place.kind === 'Deployment') this.#patch(`${path}/scale`, { spec: { replicas: 5 } });
        else this.#edit(place);
      },
      strip: () => this.#patch(path, { metadata: { labels: { [mark]: null }, annotations: { [mark]: null } } }),
      annotate: () =>
        this.#patch(path, {
          metadata: { labels: { team: 'adept' }, annotations: { 'example.com/note': 'by hand' } },
        }),
      replace: () => {
        this.#send('DELETE', path);
        this.#send('POST', collection, anew(there, place.name, false));
      },
      copy: () => this.#send('POST', collection, anew(there, `${place.name}-copy`, true)),
    };
    deeds[deed]?.();
  }

  makeNamespace(name: string): void {
    this.#send('POST', '/api/v1/namespaces', { metadata: { name } });
  }

  deleteNamespace(name: string): void {
    this.#send('DELETE', `/api/v1/namespaces/${name}`);
  }

  #edit(place: Place): void {
    this.#patch(pathOf(place), edits[place.kind]?.(this.#edits++) ?? { metadata: { annotations: { by: 'hand' } } });
  }

  #patch(path: string, body: Json): void {
    this.#send('PATCH', `${path}?fieldManager=kubectl-edit`, body, 'application/merge-patch+json');
  }

  #find(place: Place): Json | undefined {
    return this.#world.cluster.object(place.group, place.kind, place.namespace, place.name) as Json | undefined;
  }

  #send(method: string, path: string, body?: Json, type = 'application/json'): void {
    this.#world.cluster.handle({
      ...{ method, path, user: 'adept', groups: ['system:authenticated'] },
      headers: { 'user-agent': 'kubectl/v1.36.0', accept: 'application/json', 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

function pathOf({ group, kind, namespace, name }: Place): string {
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const version = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const inside = namespace === '' ? '' : `/namespaces/${namespace}`;
  return `${version}${inside}/${plural}${name === '' ? '' : `/${name}`}`;
}

/** The same thing, made by somebody else; with labels and annotations where controllers copy them. */
function anew(there: Json, name: string, isCopy: boolean): Json {
  const { status: _, metadata, spec, ...rest } = structuredClone(there);
  const { namespace, labels, annotations } = metadata as Json;
  const marks = isCopy ? { labels, annotations } : { annotations: { 'example.com/note': 'made by hand' } };
  const { clusterIP: __, clusterIPs: ___, ...free } = (spec ?? {}) as Json;
  return { ...rest, metadata: { name, namespace, ...marks }, ...(spec === undefined ? {} : { spec: free }) };
}
