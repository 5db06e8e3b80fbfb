import { hash } from 'node:crypto';
import type { Author } from '../../model/resource.ts';
import type { FieldSet, ManagedFields } from './object.ts';

/** Never changes: it is how we know our fields again, across versions of Holdfast. */
export const fieldManager = 'holdfast';

export function isOurs(entry: ManagedFields): boolean {
  return entry.manager === fieldManager && entry.subresource === '';
}

/**
 * The state of what we own. Whoever changes a field of ours takes it out of our entry, so an equal fingerprint means
 * that nobody did; values need not be read. '' when we own nothing. The time is that of our last write that changed
 * something: an object that came back from a backup has the same fields with older values.
 */
export function fingerprint(entries: readonly ManagedFields[]): string {
  const ours = entries.filter(isOurs);
  if (ours.length === 0) return '';
  const lines = ours.map(
    one => `${one.operation} ${one.apiVersion} ${one.time ?? ''} ${JSON.stringify(one.fieldsV1)}\n`,
  );
  return hash('sha256', lines.join(''), 'base64url').slice(0, 22);
}

/** All fields that the chosen managers own together. */
export function fieldsOf(entries: readonly ManagedFields[], choose: (entry: ManagedFields) => boolean): FieldSet {
  return entries.filter(choose).reduce<FieldSet>((all, entry) => union(all, entry.fieldsV1), {});
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { ...a };
  for (const [element, below] of Object.entries(b)) {
    const other = result[element];
    result[element] = other === undefined ? below : union(other, below);
  }
  return result;
}

/** What `a` has and `b` does not. */
export function subtract(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [element, below] of Object.entries(a)) {
    const other = b[element];
    if (other === undefined) {
      result[element] = below;
      continue;
    }
    const rest = subtract(below, other);
    if (!isEmpty(rest)) result[element] = rest;
  }
  return result;
}

export function intersects(a: FieldSet, b: FieldSet): boolean {
  return Object.entries(a).some(([element, below]) => {
    const other = b[element];
    if (other === undefined) return false;
    return isEmpty(below) || isEmpty(other) || intersects(below, other);
  });
}

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/**
 * Who changed it last, other than us. Status is everybody's noise and left out. Some writes (through `scale`) carry no
 * time: then it was just now, as far as anybody can tell.
 */
export function lastAuthor(
  entries: readonly ManagedFields[],
  now: number,
  lost: FieldSet | undefined = undefined,
): Author | undefined {
  const others = entries.filter(entry => entry.manager !== fieldManager && entry.subresource !== 'status');
  const takers = lost === undefined ? [] : others.filter(entry => intersects(entry.fieldsV1, lost));
  const ourTime = Math.max(0, ...entries.filter(isOurs).map(entry => timeOf(entry, 0)));
  const suspects = takers.length > 0 ? takers : others.filter(entry => timeOf(entry, now) >= ourTime);
  let newest: Author | undefined;
  for (const entry of suspects) {
    const at = timeOf(entry, now);
    if (newest === undefined || at > newest.at) newest = { name: authorName(entry), at };
  }
  return newest;
}

function authorName({ manager, subresource }: ManagedFields): string {
  const name = manager === '' ? 'unknown' : manager;
  return subresource === '' ? name : `${name} (${subresource})`;
}

function timeOf(entry: ManagedFields, missing: number): number {
  const at = entry.time === undefined ? Number.NaN : Date.parse(entry.time);
  return Number.isNaN(at) ? missing : at;
}
