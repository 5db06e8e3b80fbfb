import type { z } from 'zod';
import { explain, type Finding, fieldsOf } from '../explain.ts';
import { jsonSchema } from '../json-schema.ts';

const maxRounds = 8;

/**
 * What can be understood of a value, and everything that cannot. A field that is not understood is named and taken out, and what
 * is left is read again: one mistake does not hide the rest. `data` is undefined when nothing is left.
 */
export function parseLeniently<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { data: z.infer<Schema> | undefined; findings: Finding[] } {
  const rest = withoutNulls(value);
  const findings: Finding[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const result = schema.safeParse(rest);
    if (result.success) return { data: result.data, findings };
    const found = explain(result.error.issues, fieldsOf(jsonSchema(schema)));
    findings.push(...found);
    const removed = found.filter(({ path, unknownField }) => takeOut(rest, unknownField ? path : outsideLists(path)));
    if (removed.length === 0) break;
  }
  return { data: undefined, findings };
}

/** Kubernetes takes null for "not given". What charts are given as values is theirs. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, child]) => child !== null);
  return Object.fromEntries(kept.map(([key, child]) => [key, key === 'valuesObject' ? child : withoutNulls(child)]));
}

/** A wrong item takes its list with it: the places of the others would no longer be what was reported. */
function outsideLists(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const list = path.findIndex(step => typeof step === 'number');
  return list < 0 ? path : path.slice(0, list);
}

/** Removes what is at `path`, or, when it is missing there, what it is missing from. */
function takeOut(root: unknown, path: readonly PropertyKey[]): boolean {
  for (let length = path.length; length > 0; length--) {
    const parent = at(root, path.slice(0, length - 1));
    const key = path[length - 1] as PropertyKey;
    if (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key))
      return Reflect.deleteProperty(parent, key);
  }
  return false;
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
