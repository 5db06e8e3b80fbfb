import type { IgnoreDifference } from '../../model/application.ts';
import type { ResourceId } from '../../model/resource.ts';
import { ignoredFor } from '../../plan/ignore.ts';
import { dropFields } from './field-sets.ts';
import { getAt, type JsonPath, parsePointer, removeAll, setAt } from './json-path.ts';
import { fieldsOf, isEmpty } from './managed-fields.ts';
import type { FieldSet, ManagedFields } from './object.ts';
import type { Tools } from './tools.ts';
import { getObject, type Write } from './write.ts';

/** Paths in the document that jq path expressions name. Bounded in time by whoever implements it; throws our errors. */
export type JqPaths = (document: unknown, expressions: readonly string[]) => Promise<JsonPath[]>;

/** What does not count in one resource. */
export interface Ignored {
  pointers: JsonPath[];
  expressions: string[];
  managers: ReadonlySet<string>;
}

export function ignoredIn(id: ResourceId, rules: readonly IgnoreDifference[]): Ignored {
  const mine = ignoredFor(rules, id);
  return {
    pointers: mine.flatMap(rule => rule.jsonPointers.flatMap(pointer => [parsePointer(pointer) ?? []])).filter(isPath),
    expressions: mine.flatMap(rule => rule.jqPathExpressions),
    managers: new Set(mine.flatMap(rule => rule.managedFieldsManagers)),
  };
}

function isPath(path: JsonPath): boolean {
  return path.length > 0;
}

export function ignoresNothing({ pointers, expressions, managers }: Ignored): boolean {
  return pointers.length + expressions.length + managers.size === 0;
}

export async function ignoredPaths(document: unknown, ignored: Ignored, jqPaths: JqPaths): Promise<JsonPath[]> {
  if (ignored.expressions.length === 0) return ignored.pointers;
  return [...ignored.pointers, ...(await jqPaths(document, ignored.expressions)).filter(isPath)];
}

/** Takes what does not count out of the document, in place. */
export async function removeIgnored(document: unknown, ignored: Ignored, jqPaths: JqPaths): Promise<void> {
  removeAll(document, await ignoredPaths(document, ignored, jqPaths));
}

export function ignoredFields({ managers }: Ignored, entries: readonly ManagedFields[]): FieldSet {
  return managers.size === 0 ? {} : fieldsOf(entries, entry => managers.has(entry.manager));
}

/**
 * `RespectIgnoreDifferences`: what does not count is not written either. It is sent as it is in the cluster; leaving it
 * out would delete it, where it is ours alone. Costs a read, for those who ask for it.
 */
export async function keepIgnored(write: Write, tools: Tools): Promise<void> {
  const { context, desired, manifest } = write;
  if (!context.policy.options.respectIgnoreDifferences || desired.generateName) return;
  const ignored = ignoredIn(desired.id, context.ignoreDifferences);
  if (ignoresNothing(ignored)) return;
  const live = await getObject(write, tools);
  if (live === undefined) return;
  for (const path of await ignoredPaths(manifest, ignored, tools.jqPaths)) {
    if (getAt(manifest, path) === undefined) continue;
    const value = getAt(live, path);
    if (value === undefined) removeAll(manifest, [path]);
    else setAt(manifest, path, value);
  }
  const theirs = ignoredFields(ignored, live.metadata.managedFields);
  if (!isEmpty(theirs)) dropFields(manifest, theirs);
}
