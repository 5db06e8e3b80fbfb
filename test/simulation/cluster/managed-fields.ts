// Who owns which fields: what server-side apply and all other writes do to `managedFields`.
import { type Comparison, compare, isSame } from './compare.ts';
import { difference, intersection, isEmpty, itself, sorted, union, without } from './field-set.ts';
import { equal, type FieldSet, type ManagedFieldsEntry } from './json.ts';
import { merge } from './merge.ts';
import type { Schema } from './schemas.ts';
import { fieldsOf, removeFields, withParents } from './typed.ts';

export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: string;
  /** RFC 3339 */
  time: string;
}

export interface Conflict {
  entry: ManagedFieldsEntry;
  fields: FieldSet;
}

const maxUpdaters = 10;

/** The server says these itself: nobody owns them. */
const unowned: FieldSet = {
  'f:apiVersion': itself,
  'f:kind': itself,
  'f:metadata': Object.fromEntries(
    [
      ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'],
      ...['managedFields', 'resourceVersion'],
    ].map(field => [`f:${field}`, itself]),
  ),
};

type Entries = readonly ManagedFieldsEntry[];

function isSelf(entry: ManagedFieldsEntry, writer: Writer): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    (entry.subresource ?? '') === (writer.subresource ?? '') &&
    (writer.operation === 'Apply' || entry.apiVersion === writer.apiVersion)
  );
}

/** Who else owns what changes loses it. What this write cannot change (`reset`) does not count. */
function takeAway(entries: Entries, comparison: Comparison, reset: FieldSet) {
  const changed = without(union(comparison.modified, comparison.added), reset);
  const removed = without(comparison.removed, reset);
  const conflicts: Conflict[] = [];
  const left: ManagedFieldsEntry[] = [];
  for (const entry of entries) {
    const lost = intersection(entry.fieldsV1, changed);
    if (!isEmpty(lost)) conflicts.push({ entry, fields: lost });
    const kept = difference(difference(entry.fieldsV1, lost), removed);
    if (kept === entry.fieldsV1 || equal(kept, entry.fieldsV1)) left.push(entry);
    else if (!isEmpty(kept)) left.push({ ...entry, fieldsV1: sorted(kept) });
  }
  return { conflicts, left, changed };
}

export interface Applied {
  /** Undefined: the values are as they were. */
  object: unknown;
  entries: ManagedFieldsEntry[];
  conflicts: Conflict[];
}

/** Server-side apply. `live` and `config` come without `managedFields`. */
export function applyFields(
  schema: Schema,
  live: unknown,
  config: unknown,
  entries: Entries,
  writer: Writer,
  reset: FieldSet,
): Applied {
  const former = entries.find(entry => isSelf(entry, writer));
  const said = fieldsOf(schema, config);
  const mine = without(withoutUnowned(said), reset);
  const isAsBefore = former !== undefined && equal(former.fieldsV1, mine);
  const entry = entryOf(writer, isAsBefore ? former.fieldsV1 : sorted(mine), former?.time);
  const others = entries.filter(other => other !== former);
  const merged = merge(schema, live, config);
  const next =
    former === undefined
      ? merged
      : prune(schema, merged, former.fieldsV1, [...others.map(other => other.fieldsV1), said]);
  const comparison = compare(schema, live, next);
  const { conflicts, left } = takeAway(others, comparison, reset);
  // Another order of items is a change, although nobody owns it.
  const same = equal(live, next);
  if (!same) entry.time = writer.time;
  const all = isEmpty(mine) ? left : [...left, entry];
  return { object: same ? undefined : next, entries: inOrder(all), conflicts };
}

/** Fields that the manager applied last time and not this time go, unless somebody else owns them. */
function prune(schema: Schema, merged: unknown, last: FieldSet, claims: readonly FieldSet[]): unknown {
  const before = withParents(schema, last);
  const owned = withParents(schema, claims.reduce(union, {}));
  if (isEmpty(difference(before, owned))) return merged;
  const mergedSet = withParents(schema, fieldsOf(schema, merged));
  const setOf = (value: unknown) => withParents(schema, fieldsOf(schema, value));
  const pruned = setOf(removeFields(schema, merged, before));
  const owners = removeFields(schema, merged, difference(mergedSet, union(pruned, owned)));
  const dangling = intersection(difference(mergedSet, setOf(owners)), before);
  return isEmpty(dangling) ? merged : removeFields(schema, merged, dangling);
}

/** Any other write. Whoever changes a field owns it. */
export function updateFields(
  schema: Schema,
  live: unknown,
  next: unknown,
  entries: Entries,
  writer: Writer,
  reset: FieldSet,
): ManagedFieldsEntry[] {
  const comparison = compare(schema, live, next);
  if (isSame(comparison)) return [...entries];
  const { left, changed: all } = takeAway(entries, comparison, reset);
  const changed = withoutUnowned(all);
  if (isEmpty(changed)) return inOrder(left);
  const former = left.find(entry => isSelf(entry, writer));
  const fields = former === undefined ? changed : union(former.fieldsV1, changed);
  return inOrder(capped([...left.filter(entry => entry !== former), entryOf(writer, sorted(fields), writer.time)]));
}

function withoutUnowned(set: FieldSet): FieldSet {
  const result = without(set, unowned);
  const metadata = result['f:metadata'];
  if (metadata === undefined || !('.' in metadata)) return result;
  const { '.': _, ...rest } = metadata;
  return { ...result, 'f:metadata': rest };
}

function entryOf({ manager, operation, apiVersion, subresource }: Writer, fields: FieldSet, time: string | undefined) {
  const entry: ManagedFieldsEntry = {
    ...{ manager, operation, apiVersion, ...(time === undefined ? {} : { time }) },
    ...{ fieldsType: 'FieldsV1', fieldsV1: fields },
    ...(subresource === undefined ? {} : { subresource }),
  };
  return entry;
}

/** Of more than ten that update, the oldest become one. */
function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updaters = entries.filter(({ operation, subresource }) => operation === 'Update' && !subresource);
  if (updaters.length <= maxUpdaters) return entries;
  const old = inOrder(updaters).slice(0, updaters.length - maxUpdaters + 1);
  const fieldsV1 = sorted(old.reduce<FieldSet>((all, entry) => union(all, entry.fieldsV1), {}));
  return [...entries.filter(entry => !old.includes(entry)), { ...old.at(-1)!, manager: 'ancient-changes', fieldsV1 }];
}

function inOrder(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const key = ({ operation, time = '', manager = '', apiVersion, subresource = '' }: ManagedFieldsEntry) =>
    `${operation}\0${time}\0${manager}\0${apiVersion}\0${subresource}`;
  if (entries.length < 2) return entries;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The same but for times: then nothing happened. */
export function sameOwners(a: Entries = [], b: Entries = []): boolean {
  return (
    a.length === b.length &&
    a.every((left, i) => {
      const right = b[i]!;
      return left === right || equal({ ...left, time: '' }, { ...right, time: '' });
    })
  );
}
