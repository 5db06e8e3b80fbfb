// Values and their schemas: what fields a value has, whether it fits, and what is left without some fields.
import { itself, withItself } from './field-set.ts';
import { type FieldSet, isObject, type JsonObject } from './json.ts';
import { fieldOf, isLeaf, itemElement, type Schema } from './schemas.ts';

/** All fields that the value has, as whoever applies it owns them. */
export function fieldsOf(schema: Schema, value: unknown): FieldSet {
  const set: FieldSet = {};
  if (Array.isArray(value) && schema.kind === 'list') {
    for (const item of value) {
      const element = itemElement(schema, item);
      if (element !== undefined)
        set[element] = withItself(isLeaf(schema.item, item) ? itself : fieldsOf(schema.item, item));
    }
    return set;
  }
  if (!isObject(value)) return set;
  for (const field in value) {
    const inner = value[field];
    const type = fieldOf(schema, field);
    if (type === undefined) continue;
    const isDeclared = schema.kind === 'struct' && schema.fields[field] !== undefined;
    const isHollow = isObject(inner) && Object.keys(inner).length === 0;
    if (isHollow || isLeaf(type, inner)) {
      set[`f:${field}`] = itself;
      continue;
    }
    const below = fieldsOf(type, inner);
    // An empty list is no field of its own.
    const isNothing = Object.keys(below).length === 0;
    if (isNothing && isDeclared) continue;
    set[`f:${field}`] = isDeclared ? below : withItself(below);
  }
  return set;
}

/** Named fields that hold something of the set are in it, too: what loses all its fields goes with them. */
export function withParents(schema: Schema, set: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in set) {
    const below = set[element]!;
    if (element === '.' || Object.keys(below).length === 0) {
      result[element] = below;
      continue;
    }
    const inner = schemaBelow(schema, element);
    const deep = withParents(inner, below);
    const isNamed =
      element.startsWith('f:') && schema.kind === 'struct' && schema.fields[element.slice(2)] !== undefined;
    result[element] = isNamed ? withItself(deep) : deep;
  }
  return result;
}

function schemaBelow(schema: Schema, element: string): Schema {
  if (element.startsWith('f:')) return fieldOf(schema, element.slice(2)) ?? { kind: 'any' };
  return schema.kind === 'list' ? schema.item : { kind: 'any' };
}

/** The value without these fields; null when nothing is left of it. */
export function removeFields(schema: Schema, value: unknown, set: FieldSet): unknown {
  if (Array.isArray(value)) {
    if (schema.kind !== 'list') return value;
    const items = value.flatMap(item => {
      const below = set[itemElement(schema, item) ?? ''];
      if (below === undefined) return [item];
      return isRemoved(below) ? [] : [removeFields(schema.item, item, below)];
    });
    return items.length === 0 && value.length > 0 ? null : items;
  }
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const field in value) {
    const below = set[`f:${field}`];
    if (below === undefined) result[field] = value[field];
    else if (!isRemoved(below))
      result[field] = removeFields(fieldOf(schema, field) ?? { kind: 'any' }, value[field], below);
  }
  return Object.keys(result).length === 0 && Object.keys(value).length > 0 ? null : result;
}

function isRemoved(below: FieldSet): boolean {
  return '.' in below || Object.keys(below).length === 0;
}

/** Why a value does not fit its schema, as server-side apply says it; undefined when it does. */
export function misfit(schema: Schema, value: unknown, path = ''): string | undefined {
  if (value === null || value === undefined || schema.kind === 'any') return undefined;
  if (schema.kind === 'scalar')
    return fitsScalar(schema.type, value) ? undefined : misfitScalar(schema.type, value, path);
  const expectedAll = (what: string) => `${path}: expected ${what}, got &{${goText(value)}}`;
  if (schema.kind === 'list') {
    if (!Array.isArray(value)) return expectedAll('list');
    const seen = new Set<string>();
    for (const [i, item] of value.entries()) {
      const element = schema.list === 'atomic' ? undefined : itemElement(schema, item);
      if (schema.list !== 'atomic') {
        if (element === undefined) {
          const lacks = schema.keys.find(key => !isObject(item) || item[key] === undefined);
          return `${path}: element ${i}: associative list with keys has an element that omits key field "${lacks}" (and doesn't have default value)`;
        }
        if (seen.has(element)) return `${path}: duplicate entries for key [${describeKey(element)}]`;
        seen.add(element);
      }
      const wrong = misfit(schema.item, item, `${path}[${element === undefined ? i : describeKey(element)}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (!isObject(value)) return expectedAll('map');
  for (const field in value) {
    const type = fieldOf(schema, field);
    if (type === undefined) return `${path}.${field}: field not declared in schema`;
    const wrong = misfit(type, value[field], `${path}.${field}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function describeKey(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('v:')) return `=${rest}`;
  const keys = Object.entries(JSON.parse(rest) as JsonObject);
  return keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
}

export function fitsScalar(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string' || typeof value === 'number';
  }
}

function misfitScalar(type: string, value: unknown, path: string): string {
  if (type === 'integer' || type === 'number') return `${path}: expected numeric (int or float), got ${typeof value}`;
  return `${path}: expected ${type}, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
}

function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${goSyntax(inner)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.entries(value)
    .map(([name, inner]) => `${name}:${goText(inner)}`)
    .join(' ')}]`;
}
