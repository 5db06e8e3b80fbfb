import { isEmpty, itself, withItself } from './field-set.ts';
import { equal, type FieldSet, isObject } from './json.ts';
import { fieldOf, isLeaf, itemElement, type Schema } from './schemas.ts';

export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Which fields differ between two values of one schema. The order of items that have keys does not count. */
export function compare(schema: Schema, left: unknown, right: unknown): Comparison {
  const found: Comparison = { added: {}, modified: {}, removed: {} };
  if (left !== right) compareBelow(schema, left, right, found);
  return found;
}

export function isSame({ added, modified, removed }: Comparison): boolean {
  return isEmpty(added) && isEmpty(modified) && isEmpty(removed);
}

function compareBelow(schema: Schema, left: unknown, right: unknown, found: Comparison): void {
  if (Array.isArray(left) || Array.isArray(right)) {
    if (schema.kind !== 'list') return;
    const before = items(schema, left);
    const after = items(schema, right);
    for (const [element, item] of before) visit(schema.item, element, item, after.get(element), found);
    for (const [element, item] of after) if (!before.has(element)) visit(schema.item, element, undefined, item, found);
    return;
  }
  const before = isObject(left) ? left : {};
  const after = isObject(right) ? right : {};
  for (const field in before) {
    const type = before[field] === after[field] ? undefined : fieldOf(schema, field);
    if (type !== undefined) visit(type, `f:${field}`, before[field], after[field], found);
  }
  for (const field in after) {
    const type = field in before ? undefined : fieldOf(schema, field);
    if (type !== undefined) visit(type, `f:${field}`, undefined, after[field], found);
  }
}

function items(schema: Extract<Schema, { kind: 'list' }>, value: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (Array.isArray(value)) {
    for (const item of value) found.set(itemElement(schema, item) ?? '', item);
  }
  return found;
}

/** `undefined` is not there; null is there and empty. */
function visit(schema: Schema, element: string, left: unknown, right: unknown, found: Comparison): void {
  if (left === undefined && right === undefined) return;
  if (isWhole(schema, left) && isWhole(schema, right)) {
    if (left === undefined) found.added[element] = itself;
    else if (right === undefined) found.removed[element] = itself;
    else if (!equal(left, right)) found.modified[element] = itself;
    return;
  }
  const below: Comparison = { added: {}, modified: {}, removed: {} };
  compareBelow(schema, left, right, below);
  if (left === undefined) found.added[element] = withItself(below.added);
  else if (!isEmpty(below.added)) found.added[element] = below.added;
  if (right === undefined) found.removed[element] = withItself(below.removed);
  else if (!isEmpty(below.removed)) found.removed[element] = below.removed;
  if (!isEmpty(below.modified)) found.modified[element] = below.modified;
}

/** Nothing to look into. */
function isWhole(schema: Schema, value: unknown): boolean {
  if (isLeaf(schema, value)) return true;
  for (const _ in value as object) return false;
  return true;
}
