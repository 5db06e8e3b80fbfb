import { child, isObject, type JsonObject, type KubeObject } from '../json.ts';
import { builtInKinds, type Kind, specAndMetadata, statusField } from '../kinds.ts';
import { customSchema, type Schema } from '../schemas.ts';
import { timestamp } from '../server.ts';
import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

const resource = 'apiextensions.k8s.io/customresourcedefinitions';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

const schemas = new WeakMap<object, Schema>();

/** A CustomResourceDefinition is established, then served, then seen in discovery; it goes with all that it defines. */
export class DefinitionController {
  readonly #tools: Tools;
  readonly #lagMs: number;
  readonly #endWatches: (resource: string) => void;
  #discovered = new Map<string, Kind[]>();

  constructor(tools: Tools, lagMs: number, endWatches: (resource: string) => void) {
    this.#tools = tools;
    this.#lagMs = lagMs;
    this.#endWatches = endWatches;
  }

  discovered(): Kind[] {
    return [...builtInKinds, ...[...this.#discovered.values()].flat()];
  }

  see({ key }: Change): void {
    this.#tools.later(`definition ${key}`, 10, () => this.#look(key));
  }

  /** Serves what the store has, at once: after etcd was restored. */
  restore(): void {
    const { store, kinds } = this.#tools.server;
    for (const kind of [...kinds.all()]) if (kind.custom) kinds.define(kind.group, kind.plural, []);
    this.#discovered = new Map();
    for (const [key, definition] of store.all(resource)) {
      if (!isEstablished(definition)) continue;
      this.#serve(definition);
      this.#discovered.set(key, kindsOf(definition));
    }
  }

  #look(key: string): void {
    const definition = this.#tools.server.store.get(resource, key);
    if (definition === undefined) {
      this.#discover(key);
      return;
    }
    if (definition.metadata.deletionTimestamp !== undefined) this.#remove(definition);
    else if (!isEstablished(definition)) this.#establish(definition);
    else {
      this.#serve(definition);
      this.#discover(key);
    }
  }

  #establish(definition: KubeObject): void {
    const lastTransitionTime = timestamp(this.#tools.server);
    const condition = (type: string, reason: string, message: string) => ({
      ...{ type, status: 'True', lastTransitionTime, reason, message },
    });
    const conditions = [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ];
    const acceptedNames = child(definition, 'spec', 'names');
    const status = { ...child(definition, 'status'), conditions, acceptedNames };
    this.#tools.putStatus(definition, status, 'kube-apiserver');
  }

  #serve(definition: KubeObject): void {
    const { group, plural } = namesOf(definition);
    this.#tools.server.kinds.define(group, plural, kindsOf(definition));
  }

  #discover(key: string): void {
    this.#tools.later(`discovery ${key}`, this.#lagMs, () => {
      const definition = this.#tools.server.store.get(resource, key);
      if (definition === undefined) this.#discovered.delete(key);
      else this.#discovered.set(key, kindsOf(definition));
    });
  }

  #remove(definition: KubeObject): void {
    const { store, kinds } = this.#tools.server;
    const { group, plural } = namesOf(definition);
    const [kind] = kindsOf(definition);
    const left = () => store.all(`${group}/${plural}`).size;
    if (kind !== undefined && left() > 0) this.#tools.send('DELETE', `/apis/${group}/${kind.version}/${plural}`);
    const key = `/${definition.metadata.name}`;
    if (left() > 0) {
      this.#tools.later(`definition ${key}`, 1_000, () => this.#look(key));
      return;
    }
    kinds.define(group, plural, []);
    this.#endWatches(`${group}/${plural}`);
    this.#tools.removeFinalizer(definition, cleanup);
  }
}

function isEstablished(definition: KubeObject): boolean {
  const { conditions } = child(definition, 'status');
  return (
    Array.isArray(conditions) && conditions.some(({ type, status }) => type === 'Established' && status === 'True')
  );
}

function namesOf(definition: KubeObject): { group: string; plural: string } {
  const spec = child(definition, 'spec');
  return { group: String(spec.group), plural: String(child(spec, 'names').plural) };
}

function kindsOf(definition: KubeObject): Kind[] {
  const spec = child(definition, 'spec');
  const { group, plural } = namesOf(definition);
  const names = child(spec, 'names') as {
    kind: string;
    singular: string;
    shortNames?: string[];
    categories?: string[];
  };
  const versions = (Array.isArray(spec.versions) ? spec.versions : []).filter(isObject);
  return versions
    .filter(({ served }) => served === true)
    .map(version => {
      const below = child(version, 'subresources');
      const hasStatus = isObject(below.status);
      const { kind, singular, shortNames = [], categories = [] } = names;
      return {
        ...{ group, version: String(version.name), kind, plural, singular, shortNames, categories },
        ...{ namespaced: spec.scope === 'Namespaced', custom: true, schema: schemaFor(kind, version) },
        ...{ subresources: hasStatus ? ['status'] : [], counted: true, returnsDeleted: false },
        ...{ reset: hasStatus ? statusField : {}, statusReset: specAndMetadata },
      };
    });
}

function schemaFor(kind: string, version: JsonObject): Schema {
  const known = schemas.get(version);
  if (known !== undefined) return known;
  const schema = customSchema(kind, child(version, 'schema').openAPIV3Schema);
  schemas.set(version, schema);
  return schema;
}
