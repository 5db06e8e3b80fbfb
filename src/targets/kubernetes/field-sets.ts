import { pointerStep } from './json-path.ts';
import { isEmpty } from './managed-fields.ts';
import type { FieldSet } from './object.ts';

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `k:{"name":"web"}` → `{name: 'web'}`; undefined for any other element. */
export function listKey(element: string): Fields | undefined {
  if (!element.startsWith('k:')) return undefined;
  try {
    const key: unknown = JSON.parse(element.slice(2));
    return isFields(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** `[containerPort=80,protocol=TCP]` */
export function keyStep(key: Fields): string {
  const parts = Object.entries(key).map(([name, value]) => `${name}=${pointerStep(String(value))}`);
  return `[${parts.join(',')}]`;
}

function hasKey(item: unknown, key: Fields): boolean {
  return isFields(item) && Object.entries(key).every(([name, value]) => item[name] === value);
}

/** What an element of a field set names in a value; undefined when it is not there. */
function resolve(value: unknown, element: string): { found: unknown; step: string } | undefined {
  if (element.startsWith('f:')) {
    const name = element.slice(2);
    if (!isFields(value) || !Object.hasOwn(value, name)) return undefined;
    return { found: value[name], step: pointerStep(name) };
  }
  if (!Array.isArray(value)) return undefined;
  const key = listKey(element);
  if (key !== undefined) {
    const found = value.find(item => hasKey(item, key));
    return found === undefined ? undefined : { found, step: keyStep(key) };
  }
  if (!element.startsWith('v:')) return undefined;
  const found = value.find(item => JSON.stringify(item) === element.slice(2));
  return found === undefined ? undefined : { found, step: `[${pointerStep(String(found))}]` };
}

/** Paths of the set's fields that the document has. */
export function presentPaths(document: unknown, set: FieldSet, path = ''): string[] {
  return Object.entries(set).flatMap(([element, below]) => {
    const resolved = resolve(document, element);
    if (resolved === undefined) return [];
    const here = `${path}/${resolved.step}`;
    const isItself = isEmpty(below) || below['.'] !== undefined;
    const inside = presentPaths(resolved.found, below, here);
    return inside.length === 0 && isItself ? [here] : inside;
  });
}

/** Takes the set's fields out of the document, in place. Keys of list items stay: without them they are no items. */
export function dropFields(document: unknown, set: FieldSet, kept: readonly string[] = []): void {
  for (const [element, below] of Object.entries(set)) {
    const resolved = resolve(document, element);
    if (resolved === undefined) continue;
    const name = element.slice(2);
    if (!isEmpty(below)) dropFields(resolved.found, below, Object.keys(listKey(element) ?? {}));
    else if (isFields(document) && !kept.includes(name)) delete document[name];
    else if (Array.isArray(document)) document.splice(document.indexOf(resolved.found), 1);
  }
}
