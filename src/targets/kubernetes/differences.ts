import type { FieldChange } from '../../model/resource.ts';
import { isFields, keyStep, listKey } from './field-sets.ts';
import { pointerStep } from './json-path.ts';
import { isEmpty } from './managed-fields.ts';
import type { FieldSet } from './object.ts';

/** Which fields count: all below here, or those of a set. */
type Scope = FieldSet | 'all';

export interface DifferenceInput {
  live: unknown;
  declared: unknown;
  /** What managers own in either: it tells how the items of lists are told apart. */
  fields: FieldSet;
  /** Only fields in this set count. */
  scope: Scope;
}

/** Every field that differs, list items by their key. Pure. */
export function differences({ live, declared, fields, scope }: DifferenceInput): FieldChange[] {
  const changes: FieldChange[] = [];
  walk({ live, declared, fields, scope, path: '' }, changes);
  return changes;
}

interface Place extends DifferenceInput {
  path: string;
}

function walk(place: Place, changes: FieldChange[]): void {
  const { live, declared, path } = place;
  if (isEqual(live, declared)) return;
  if (isFields(live) && isFields(declared)) {
    const names = new Set([...Object.keys(live), ...Object.keys(declared)]);
    for (const name of [...names].sort()) {
      descend(place, `f:${name}`, `${path}/${pointerStep(name)}`, live[name], declared[name], changes);
    }
  } else if (Array.isArray(live) && Array.isArray(declared)) walkList(place, live, declared, changes);
  else {
    changes.push({
      path,
      ...(live === undefined ? {} : { live: canonical(live) }),
      ...(declared === undefined ? {} : { declared: canonical(declared) }),
    });
  }
}

function descend(
  place: Place,
  element: string,
  path: string,
  live: unknown,
  declared: unknown,
  changes: FieldChange[],
) {
  const scope = narrow(place.scope, element);
  if (scope === undefined) return;
  walk({ live, declared, path, scope, fields: place.fields[element] ?? {} }, changes);
}

function narrow(scope: Scope, element: string): Scope | undefined {
  if (scope === 'all') return 'all';
  const below = scope[element];
  return below !== undefined && isEmpty(below) ? 'all' : below;
}

function walkList(place: Place, live: unknown[], declared: unknown[], changes: FieldChange[]): void {
  const { path, fields } = place;
  const elements = Object.keys(fields);
  const names = keyNames(elements) ?? guessedKey(live, declared);
  if (names !== undefined) {
    const [before, after] = [byKey(live, names), byKey(declared, names)];
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      const step = keyStep(listKey(element) ?? {});
      // Lists without keys of their own belong to their manager as a whole.
      const scope = keyNames(elements) === undefined ? 'all' : place.scope;
      descend({ ...place, scope }, element, `${path}/${step}`, before.get(element), after.get(element), changes);
    }
    return;
  }
  if (elements.some(element => element.startsWith('v:'))) {
    for (const value of new Set([...live, ...declared].map(canonical))) {
      const item: unknown = JSON.parse(value);
      const has = (list: unknown[]) => (list.some(other => canonical(other) === value) ? item : undefined);
      descend(place, `v:${value}`, `${path}/[${pointerStep(String(item))}]`, has(live), has(declared), changes);
    }
    return;
  }
  changes.push({ path, live: canonical(live), declared: canonical(declared) });
}

/** The fields by which managers tell the items apart. */
function keyNames(elements: readonly string[]): string[] | undefined {
  for (const element of elements) {
    const key = listKey(element);
    if (key !== undefined) return Object.keys(key);
  }
  return undefined;
}

/** Lists that belong to their manager as a whole are still read item by item, where each has a name. */
function guessedKey(...lists: unknown[][]): string[] | undefined {
  const named = lists.every(list => {
    const names = list.map(item => (isFields(item) ? item.name : undefined));
    return names.every(name => typeof name === 'string') && new Set(names).size === names.length;
  });
  return named ? ['name'] : undefined;
}

function byKey(items: unknown[], names: readonly string[]): Map<string, unknown> {
  return new Map(
    items.map(item => {
      const fields = isFields(item) ? item : {};
      const key = names.filter(name => fields[name] !== undefined).map(name => [name, fields[name]]);
      return [`k:${JSON.stringify(Object.fromEntries(key))}`, item];
    }),
  );
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** JSON with sorted names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isFields(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
