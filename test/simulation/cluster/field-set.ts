// Sets of fields as `managedFields` writes them. A node is in the set itself when it is empty or has `.`.
import type { FieldSet } from './json.ts';

export const itself: FieldSet = Object.freeze({}) as FieldSet;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

function isMember(node: FieldSet): boolean {
  return '.' in node || isEmpty(node);
}

/** A node from what is below it; undefined when nothing is left. */
function node(member: boolean, below: FieldSet): FieldSet | undefined {
  if (isEmpty(below)) return member ? itself : undefined;
  if (member) below['.'] = itself;
  return below;
}

export function withItself(below: FieldSet | undefined): FieldSet {
  return below === undefined || isEmpty(below) ? itself : { '.': itself, ...below };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  const result: FieldSet = { ...a };
  for (const element in b) {
    if (element === '.') {
      result['.'] = itself;
      continue;
    }
    const left = a[element];
    const right = b[element]!;
    result[element] = left === undefined ? right : joined(left, right);
  }
  return result;
}

function joined(a: FieldSet, b: FieldSet): FieldSet {
  const both = union(a, b);
  return (isMember(a) || isMember(b)) && !isEmpty(both) ? { '.': itself, ...both } : both;
}

/** What `a` has and `b` does not; what is below a field of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (left, right) => isMember(left) && !isMember(right), true);
}

/** What `a` has and `b` has, too. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combined(a, b, (left, right) => isMember(left) && isMember(right), false);
}

function combined(
  a: FieldSet,
  b: FieldSet,
  keeps: (left: FieldSet, right: FieldSet) => boolean,
  keepsOthers: boolean,
): FieldSet {
  if (isEmpty(b) && !keepsOthers) return itself;
  const result: FieldSet = {};
  for (const element in a) {
    if (element === '.') continue;
    const left = a[element]!;
    const right = b[element];
    if (right === undefined) {
      if (keepsOthers) result[element] = left;
      continue;
    }
    const found = node(keeps(left, right), { ...combined(left, right, keeps, keepsOthers) });
    if (found !== undefined) result[element] = found;
  }
  return result;
}

/** Without the fields of `b` and everything below them. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    if (element === '.') continue;
    const left = a[element]!;
    const right = b[element];
    if (right === undefined) {
      result[element] = left;
      continue;
    }
    if (isMember(right)) continue;
    const found = node(isMember(left), { ...without(left, right) });
    if (found !== undefined) result[element] = found;
  }
  return result;
}

/** Elements in the order in which the server writes them. */
export function sorted(set: FieldSet): FieldSet {
  const elements = Object.keys(set);
  if (elements.length === 0) return itself;
  const result: FieldSet = {};
  for (const element of elements.sort()) result[element] = sorted(set[element]!);
  return result;
}

/** `.spec.containers[name="web"].image`, each field by itself: those of a level before those below it. */
export function paths(set: FieldSet, prefix = ''): string[] {
  const elements = Object.keys(set)
    .filter(element => element !== '.')
    .sort();
  const members = elements.filter(element => isMember(set[element]!));
  return [
    ...members.map(element => `${prefix}${step(element)}`),
    ...elements.flatMap(element => paths(set[element]!, `${prefix}${step(element)}`)),
  ];
}

function step(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
