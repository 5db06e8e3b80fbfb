// What the server makes of what it is sent: typed objects for its own kinds, pruned ones for custom resources.
import { isObject, type JsonObject } from './json.ts';
import { fieldOf, type Schema, schemaOf } from './schemas.ts';
import { fitsScalar } from './typed.ts';
import { always, defaults, omittedZeros } from './zero.ts';

export interface Mismatch {
  field: string;
  found: string;
  wanted: string;
}

export interface Decoded {
  object: JsonObject;
  /** `unknown field "spec.foo"`, as strict decoding says it. */
  unknown: string[];
  /** Why it cannot be read at all: a value of another type than its field. */
  invalid: Mismatch | undefined;
}

/** A value of a kind of Kubernetes itself: without what is empty or unknown, with what is always there, and defaults. */
export function decode(schema: Schema, value: JsonObject, withDefaults = true): Decoded {
  const reader = new Reader(withDefaults, true);
  const object = reader.struct(schema, value, '') as JsonObject;
  return { object, unknown: reader.unknown, invalid: reader.invalid };
}

/** A custom resource: unknown fields go, all others stay as they were written. */
export function decodeCustom(schema: Schema, value: JsonObject): Decoded {
  const reader = new Reader(false, false);
  const object = reader.struct(schema, value, '') as JsonObject;
  return { object, unknown: reader.unknown, invalid: reader.invalid };
}

/** Before anything was said. */
export function emptyObject(schema: Schema, apiVersion: string, kind: string, isCustom: boolean): JsonObject {
  const base = { apiVersion, kind, metadata: {} };
  return isCustom ? base : decode(schema, base, false).object;
}

class Reader {
  readonly unknown: string[] = [];
  invalid: Mismatch | undefined;
  readonly #withDefaults: boolean;
  readonly #typed: boolean;

  constructor(withDefaults: boolean, typed: boolean) {
    this.#withDefaults = withDefaults;
    this.#typed = typed;
  }

  struct(schema: Schema, value: JsonObject, path: string): unknown {
    const result: JsonObject = {};
    const isStruct = schema.kind === 'struct';
    const typed = isStruct && (this.#typed || schema.name === 'ObjectMeta');
    for (const field in value) {
      const type = fieldOf(schema, field);
      const here = path === '' ? field : `${path}.${field}`;
      if (type === undefined) {
        this.unknown.push(`unknown field "${here}"`);
        continue;
      }
      // A null is no value for a custom resource, and nothing at all for other kinds.
      if (value[field] === null && !typed && !this.#typed && type.kind !== 'any')
        this.#mismatch(here, null, typeName(type));
      const read = this.#value(type, value[field], here);
      if (typed && isOmitted(type, field, read)) continue;
      if (read !== undefined) result[field] = read;
    }
    if (!isStruct || !this.#typed) return result;
    for (const [field, how] of Object.entries(always[schema.name] ?? {})) {
      if (result[field] !== undefined) continue;
      const type = schema.fields[field] ?? schemaOf('any');
      result[field] = how === 'struct' ? this.struct(type, {}, `${path}.${field}`) : how === 'zero' ? 0 : null;
    }
    if (this.#withDefaults) defaults[schema.name]?.(result);
    return result;
  }

  #value(schema: Schema, value: unknown, path: string): unknown {
    if (value === null || value === undefined || schema.kind === 'any') return value;
    if (schema.kind === 'scalar') {
      if (!fitsScalar(schema.type, value)) this.#mismatch(path, value, schema.type);
      return value;
    }
    if (schema.kind === 'list') {
      if (Array.isArray(value)) return value.map((item, i) => this.#value(schema.item, item, `${path}[${i}]`));
      this.#mismatch(path, value, 'array');
      return value;
    }
    if (isObject(value)) return this.struct(schema, value, path);
    this.#mismatch(path, value, 'object');
    return value;
  }

  #mismatch(field: string, value: unknown, wanted: string): void {
    const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    this.invalid ??= { field, found, wanted };
  }
}

function typeName(schema: Schema): string {
  if (schema.kind === 'scalar') return schema.type;
  return schema.kind === 'list' ? 'array' : 'object';
}

function isOmitted(type: Schema, field: string, value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value === 0 || value === false) return omittedZeros.has(field);
  if (type.kind !== 'map') return false;
  for (const _ in value) return false;
  return true;
}
