export type JsonPath = readonly (string | number)[];

type Container = Record<string, unknown> | unknown[];

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Steps of a JSON pointer (RFC 6901); undefined when it is none. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function child(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}

export function getAt(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(child, document);
}

/** Changes the document in place, where there is something at the path's parent. */
export function setAt(document: unknown, path: JsonPath, value: unknown): void {
  const parent = getAt(document, path.slice(0, -1));
  const step = path.at(-1);
  if (!isContainer(parent) || step === undefined || step === '__proto__') return;
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else parent[step] = value;
}

/** Removes what is at the paths, in place; later items of a list first, so that the earlier ones keep their places. */
export function removeAll(document: unknown, paths: readonly JsonPath[]): void {
  for (const path of [...paths].sort(byPlaceDescending)) {
    const parent = getAt(document, path.slice(0, -1));
    const step = path.at(-1);
    if (!isContainer(parent) || step === undefined) continue;
    if (Array.isArray(parent)) {
      if (Number(step) < parent.length) parent.splice(Number(step), 1);
    } else delete parent[step];
  }
}

function byPlaceDescending(a: JsonPath, b: JsonPath): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return y - x;
    if (a[i] !== b[i]) return String(a[i]) < String(b[i]) ? 1 : -1;
  }
  return b.length - a.length;
}
