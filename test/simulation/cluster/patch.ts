import { ApiError, badRequest, internal } from './errors.ts';
import { clone, equal, isObject, type JsonObject } from './json.ts';
import { fieldOf, isLeaf, type ListSchema, type Schema } from './schemas.ts';

/** RFC 7386 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = mergePatch(result[field], value);
  }
  return result;
}

/** As `kubectl patch` and client-side `kubectl apply` send it: lists of named items are merged item by item. */
export function strategicPatch(schema: Schema, target: unknown, patch: unknown): unknown {
  if (schema.kind === 'list' && Array.isArray(patch)) return strategicList(schema, target, patch);
  if (!isObject(patch) || (isLeaf(schema, patch) && schema.kind === 'scalar')) return patch;
  if (patch.$patch === 'delete') return undefined;
  const result: JsonObject = isObject(target) && patch.$patch !== 'replace' ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue;
    const type = fieldOf(schema, field) ?? { kind: 'any' as const };
    const next = value === null ? undefined : strategicPatch(type, result[field], value);
    if (next === undefined) delete result[field];
    else result[field] = next;
  }
  return result;
}

function strategicList(schema: ListSchema, target: unknown, patch: unknown[]): unknown {
  const live = Array.isArray(target) ? target : [];
  if (schema.list === 'atomic') return patch;
  if (schema.list === 'set') return [...patch, ...live.filter(item => !patch.some(other => equal(item, other)))];
  // Items merge by the first key alone, unlike in server-side apply.
  const key = schema.keys.find(name => name !== 'protocol') ?? 'name';
  const placeOf = (item: unknown) =>
    live.findIndex(other => isObject(item) && isObject(other) && other[key] === item[key]);
  const merged = patch.flatMap(item => {
    const next = strategicPatch(schema.item, live[placeOf(item)], item);
    return next === undefined ? [] : [{ next, place: placeOf(item) }];
  });
  const mentioned = new Set(patch.map(placeOf));
  const others = [...live.entries()].filter(([place]) => !mentioned.has(place));
  // What the patch speaks of keeps its place among the others; what is new comes before those that follow it.
  const result: unknown[] = [];
  for (const { next, place } of merged) {
    while (others[0] !== undefined && others[0][0] < place) result.push(others.shift()![1]);
    result.push(next);
  }
  return [...result, ...others.map(([, item]) => item)];
}

interface Operation {
  op: string;
  path: string;
  value?: unknown;
  from?: string;
}

/** RFC 6902 */
export function jsonPatch(target: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let result: unknown = clone(target);
  for (const operation of patch as Operation[]) result = applyOperation(result, operation);
  return result as JsonObject;
}

function applyOperation(document: unknown, { op, path, value, from = '' }: Operation): unknown {
  switch (op) {
    case 'add':
    case 'replace':
      return put(document, steps(path), clone(value), op === 'add');
    case 'remove':
      return take(document, steps(path), path);
    case 'copy':
      return put(document, steps(path), clone(lookUp(document, steps(from))), true);
    case 'move': {
      const moved = clone(lookUp(document, steps(from)));
      return put(take(document, steps(from), from), steps(path), moved, true);
    }
    case 'test':
      if (equal(lookUp(document, steps(path)), value)) return document;
      throw unprocessable(`testing value ${path} failed`);
    default:
      throw badRequest(`Unexpected kind: ${op}`);
  }
}

function steps(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function lookUp(document: unknown, path: readonly string[]): unknown {
  let here = document;
  for (const step of path) here = Array.isArray(here) ? here[Number(step)] : isObject(here) ? here[step] : undefined;
  return here;
}

function put(document: unknown, path: readonly string[], value: unknown, inserts: boolean): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = lookUp(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const at = last === '-' ? parent.length : Number(last);
    parent.splice(at, inserts ? 0 : 1, value);
  } else if (isObject(parent) && (inserts || last in parent)) parent[last] = value;
  else throw missing(inserts ? 'add' : 'replace', path);
  return document;
}

function take(document: unknown, path: readonly string[], text: string): unknown {
  const parent = lookUp(document, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent) && Number(last) < parent.length) parent.splice(Number(last), 1);
  else if (isObject(parent) && last in parent) delete parent[last];
  else
    throw unprocessable(`remove operation does not apply: doc is missing path: ${JSON.stringify(text)}: missing value`);
  return document;
}

function missing(op: string, path: readonly string[]): ApiError {
  const text = JSON.stringify(`/${path.join('/')}`);
  const what =
    op === 'add'
      ? `add operation does not apply: doc is missing path: ${text}: missing value`
      : `replace operation does not apply: doc is missing key: /${path.join('/')}: missing value`;
  return unprocessable(what);
}

function unprocessable(message: string): ApiError {
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request`, {
    causes: [{ message }],
  });
}

export function parseBody(text: string | undefined): JsonObject {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw badRequest(
    "the object provided is unrecognized (must be of type Object): couldn't get version/kind; json parse error",
  );
}

export function parsePatch(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (error) {
    throw internal(`error decoding patch: ${String(error)}`);
  }
}
