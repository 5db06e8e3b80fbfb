import { createHash } from 'node:crypto';
import { Problem, type Request } from './protocol.ts';

type Json = Record<string, unknown>;

export interface Made {
  head: Json;
  body: Buffer;
}

const trackingKey = 'holdfast.dev/application';
const serverMetadata = [
  'managedFields',
  'uid',
  'resourceVersion',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
];
const steeringPrefixes = ['argocd.argoproj.io/', 'helm.sh/hook', 'helm.sh/resource-policy', 'holdfast.dev/'];

/** Collects resources, each marked as its application's; a later one of the same name takes the place of an earlier. */
export class Output {
  readonly #request: Request;
  readonly #resources = new Map<string, Made>();
  readonly warnings: string[] = [];

  constructor(request: Request) {
    this.#request = request;
  }

  get resources(): Made[] {
    return [...this.#resources.values()];
  }

  /** An object, or a List of them. */
  add(value: unknown, file: string): void {
    if (value === null || value === undefined) return;
    const invalid = (reason: string) => new Problem('RENDER_INVALID', { file, reason });
    if (!isMapping(value)) throw invalid('this document is no Kubernetes object: it has no fields');
    const { apiVersion = '', kind = '', items } = value;
    if (Object.keys(value).length === 0) return;
    if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
      for (const item of items) this.add(item, file);
      return;
    }
    if (typeof kind !== 'string' || typeof apiVersion !== 'string' || kind === '' || apiVersion === '') {
      const field = apiVersion === '' ? 'apiVersion' : 'kind';
      throw invalid(`this document is no Kubernetes object: it has no \`${field}\``);
    }
    this.#addObject(structuredClone(value), kind, apiVersion, invalid);
  }

  #addObject(object: Json, kind: string, apiVersion: string, invalid: (reason: string) => Problem): void {
    const metadata = isMapping(object.metadata) ? object.metadata : {};
    object.metadata = metadata;
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const generateName = metadata.name === undefined;
    const name = text(generateName ? metadata.generateName : metadata.name);
    if (name === '') throw invalid(`this ${kind} has no \`metadata.name\``);
    for (const field of [...serverMetadata, 'ownerReferences']) delete metadata[field];
    delete object.status;
    const annotations = this.#mark(metadata, invalid);
    const body = Buffer.from(JSON.stringify(sorted(object)));
    const head = {
      group,
      version,
      kind,
      namespace: text(metadata.namespace),
      name,
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(generateName ? { generateName } : {}),
      ...definedBy(object, group ?? '', kind),
      hash: createHash('sha256').update(body).digest('hex'),
      length: body.length,
    };
    const key = [group, kind, head.namespace, name].join('\0');
    if (this.#resources.has(key) && !generateName) {
      this.warnings.push(`${kind} ${name} is declared more than once; the last one counts`);
    }
    this.#resources.set(generateName ? `${key}\0${this.#resources.size}` : key, { head, body });
    if (this.#resources.size > this.#request.budgets.resources) {
      const limit = `${this.#request.budgets.resources} resources`;
      throw new Problem('RENDER_TOO_LARGE', { budget: 'resources', limit });
    }
  }

  /** Puts the tracking metadata in place, and answers the annotations that steer delivery. */
  #mark(metadata: Json, invalid: (reason: string) => Problem): Record<string, string> {
    const labels = stringMap(metadata, 'labels', invalid);
    const annotations = stringMap(metadata, 'annotations', invalid);
    const steering = Object.entries(annotations).filter(([name]) =>
      steeringPrefixes.some(prefix => name.startsWith(prefix)),
    );
    labels[trackingKey] = this.#request.label;
    annotations[trackingKey] = this.#request.mark;
    return Object.fromEntries(steering.filter(([name]) => name !== trackingKey).sort());
  }
}

function stringMap(metadata: Json, field: string, invalid: (reason: string) => Problem): Record<string, string> {
  const values = metadata[field] ?? {};
  if (!isMapping(values)) throw invalid(`\`metadata.${field}\` has no fields`);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete values[name];
    else if (typeof value !== 'string') {
      throw invalid(`\`metadata.${field}.${name}\` is no string: put it in quotes`);
    }
  }
  metadata[field] = values;
  return values as Record<string, string>;
}

function definedBy(object: Json, group: string, kind: string) {
  if (group !== 'apiextensions.k8s.io' || kind !== 'CustomResourceDefinition') return {};
  const spec = isMapping(object.spec) ? object.spec : {};
  const names = isMapping(spec.names) ? spec.names : {};
  const defines = { group: text(spec.group), kind: text(names.kind), scope: text(spec.scope) };
  return defines.group === '' || defines.kind === '' ? {} : { defines };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
