import { isObject, type JsonObject } from './json.ts';
import { fieldOf, isLeaf, itemElement, type ListSchema, type Schema } from './schemas.ts';

/** `applied` laid over `live`: what it says counts, what it does not mention stays. Parts that do not change are shared. */
export function merge(schema: Schema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null || isLeaf(schema, applied)) return applied;
  if (schema.kind === 'list' && Array.isArray(applied) && Array.isArray(live)) return mergeList(schema, live, applied);
  if (!isObject(applied) || !isObject(live)) return applied;
  const result: JsonObject = { ...live };
  for (const field in applied) {
    const type = fieldOf(schema, field);
    result[field] = type === undefined ? applied[field] : merge(type, live[field], applied[field]);
  }
  return result;
}

/** The applied order, with the other items of the live list where they were between those. */
function mergeList(schema: ListSchema, live: unknown[], applied: unknown[]): unknown[] {
  const element = (item: unknown) => itemElement(schema, item) ?? '';
  const left = live.map(element);
  const right = applied.map(element);
  const inLeft = new Map(left.map((name, i) => [name, live[i]]));
  const inRight = new Set(right);
  const shared = right.filter(name => inLeft.has(name));
  const merged = new Set<string>();
  const result: unknown[] = [];
  let next = 0;
  const takeApplied = (j: number) => {
    const name = right[j]!;
    merged.add(name);
    result.push(merge(schema.item, inLeft.get(name), applied[j]));
    if (shared[next] === name) next++;
  };
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    const name = left[i];
    if (i < left.length && j < right.length) {
      if (name === right[j]) {
        takeApplied(j++);
        i++;
        continue;
      }
      if (inRight.has(name!) && shared[next] !== undefined && shared[next] !== name) {
        // Shared, but not the one whose turn it is.
        i++;
        continue;
      }
    }
    if (i < left.length) {
      if (!inRight.has(name!)) {
        result.push(live[i++]);
        continue;
      }
      if (merged.has(name!)) i++;
    }
    if (j < right.length) takeApplied(j++);
  }
  return result;
}
