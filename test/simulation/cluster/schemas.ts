// What may be in an object, and how it merges. `schemas.json` is the compact form of the real server's OpenAPI; the
// conformance suite checks that it still is. Its notation:
//   string integer number boolean quantity int-or-string any   scalars, and what is not described
//   Name          a struct of that name          !Name     one that is owned as a whole
//   {}T           a map                          !{}T      one that is owned as a whole
//   []T           a list owned as a whole        [set]T    a list of unique values      [a,b]T   items by these keys
import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from './json.ts';

export type Schema =
  | { kind: 'scalar'; type: string }
  | { kind: 'any' }
  | { kind: 'struct'; name: string; fields: Record<string, Schema>; atomic: boolean; open: boolean }
  | { kind: 'map'; value: Schema; atomic: boolean }
  | { kind: 'list'; item: Schema; list: 'atomic' | 'set' | 'map'; keys: string[]; keyDefaults: JsonObject };

export type ListSchema = Extract<Schema, { kind: 'list' }>;

/** Key fields may be left out: they are then what they are in a struct that nothing was said of. */
const zeroKeys: JsonObject = { protocol: 'TCP', containerPort: 0, port: 0 };

const notations: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('schemas.json', import.meta.url), 'utf8'),
);
const known = new Map<string, Schema>();

const any: Schema = { kind: 'any' };

/** The schema of a notation; the same one each time. */
export function schemaOf(notation: string): Schema {
  const found = known.get(notation);
  if (found !== undefined) return found;
  const schema = parse(notation);
  known.set(notation, schema);
  return schema;
}

function parse(notation: string): Schema {
  if (notation === 'any') return any;
  const atomic = notation.startsWith('!');
  const rest = atomic ? notation.slice(1) : notation;
  if (rest.startsWith('{}')) return { kind: 'map', value: schemaOf(rest.slice(2)), atomic };
  if (rest.startsWith('[')) {
    const end = rest.indexOf(']');
    const how = rest.slice(1, end);
    const keys = how === '' || how === 'set' ? [] : how.split(',').sort();
    const list = how === '' ? 'atomic' : how === 'set' ? 'set' : 'map';
    const keyDefaults = Object.fromEntries(keys.map(key => [key, zeroKeys[key] ?? '']));
    return { kind: 'list', item: schemaOf(rest.slice(end + 1)), list, keys, keyDefaults };
  }
  const described = notations[rest];
  if (described === undefined) return { kind: 'scalar', type: rest };
  const struct: Schema = { kind: 'struct', name: rest, fields: {}, atomic, open: false };
  // Before its fields are read: some hold others of their own type.
  known.set(notation, struct);
  for (const [field, type] of Object.entries(described)) struct.fields[field] = schemaOf(type);
  return struct;
}

/** The schema that a CustomResourceDefinition gives for one version. */
export function customSchema(kind: string, openApi: unknown): Schema {
  const schema = isObject(openApi) ? fromOpenApi(openApi) : any;
  const fields = schema.kind === 'struct' ? schema.fields : {};
  const common = { apiVersion: schemaOf('string'), kind: schemaOf('string'), metadata: schemaOf('ObjectMeta') };
  const open = schema.kind !== 'struct' || schema.open;
  return { kind: 'struct', name: kind, fields: { ...fields, ...common }, atomic: false, open };
}

function fromOpenApi(property: JsonObject): Schema {
  const preserves = property['x-kubernetes-preserve-unknown-fields'] === true;
  if (property['x-kubernetes-int-or-string'] === true) return schemaOf('int-or-string');
  if (property.type === 'array' && isObject(property.items)) {
    const how = property['x-kubernetes-list-type'];
    const list = how === 'map' || how === 'set' ? how : 'atomic';
    const keys = (property['x-kubernetes-list-map-keys'] ?? []) as string[];
    const defaults = Object.entries((property.items.properties ?? {}) as Record<string, JsonObject>)
      .filter(([key, { default: value }]) => keys.includes(key) && value !== undefined)
      .map(([key, schema]) => [key, schema.default]);
    const item = fromOpenApi(property.items);
    return { kind: 'list', item, list, keys: [...keys].sort(), keyDefaults: Object.fromEntries(defaults) };
  }
  const atomic = property['x-kubernetes-map-type'] === 'atomic';
  if (isObject(property.properties) || (property.type === 'object' && !isObject(property.additionalProperties))) {
    const fields: Record<string, Schema> = {};
    for (const [field, schema] of Object.entries(property.properties ?? {})) fields[field] = fromOpenApi(schema);
    return { kind: 'struct', name: '', fields, atomic, open: preserves };
  }
  if (isObject(property.additionalProperties))
    return { kind: 'map', value: fromOpenApi(property.additionalProperties), atomic };
  return typeof property.type === 'string' ? schemaOf(property.type) : any;
}

/** The schema of a field: undefined where it may not be. */
export function fieldOf(schema: Schema, field: string): Schema | undefined {
  if (schema.kind === 'map') return schema.value;
  if (schema.kind === 'struct') return schema.fields[field] ?? (schema.open ? any : undefined);
  return schema.kind === 'any' ? any : undefined;
}

/** Whether it is one field, however deep: owned, compared and replaced as a whole. */
export function isLeaf(schema: Schema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return schema.kind !== 'list' || schema.list === 'atomic';
  return schema.kind === 'scalar' || (schema.kind !== 'any' && schema.kind !== 'list' && schema.atomic);
}

/** How `managedFields` names an item: `k:{"name":"web"}`, `v:"x"`; undefined when it lacks a key. */
export function itemElement(schema: ListSchema, item: unknown): string | undefined {
  if (schema.list === 'set') return `v:${JSON.stringify(item)}`;
  if (!isObject(item)) return undefined;
  const key: JsonObject = {};
  for (const name of schema.keys) {
    const value = item[name] ?? schema.keyDefaults[name];
    if (value === undefined) return undefined;
    key[name] = value;
  }
  return `k:${JSON.stringify(key)}`;
}
