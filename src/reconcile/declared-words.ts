import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Catalog } from './catalog.ts';

const words = z.record(z.string(), z.string());

/** What holdfast.yaml says about the environment and access, by field: of which changed since it was last asked, also before a restart. */
export function changedWords(store: Pick<Store, 'meta' | 'setMeta'>, catalog: Catalog): string[] {
  const { access, environment } = catalog;
  return changedFields(store, 'declared-words', [
    ...Object.entries(environment ?? {}).map(([name, value]) => [`environment.${name}`, value] as const),
    ...Object.entries(access?.settings ?? {}).map(([name, value]) => [`access.${name}`, value] as const),
  ]);
}

/** Names of those that are not as they were when this was asked before, by the same name. */
export function changedFields(
  store: Pick<Store, 'meta' | 'setMeta'>,
  metaName: string,
  fields: readonly (readonly [name: string, value: unknown])[],
): string[] {
  const now = hashesOf(fields);
  const text = JSON.stringify(now);
  const before = store.meta(metaName);
  if (before === text) return [];
  store.setMeta(metaName, text);
  // The store may be new, or damaged: then nobody knows what was there before.
  const former = parseRecord(words, before);
  if (former === undefined) return [];
  return [...new Set([...Object.keys(now), ...Object.keys(former)])].filter(name => now[name] !== former[name]).sort();
}

/** Hashes: what they are of may be long, and is nobody's business here. */
function hashesOf(fields: readonly (readonly [name: string, value: unknown])[]): Record<string, string> {
  const hash = (value: unknown) =>
    createHash('sha256')
      .update(JSON.stringify(value) ?? '')
      .digest('hex')
      .slice(0, 16);
  return Object.fromEntries(fields.map(([name, value]) => [name, hash(value)]));
}
