import type { z } from 'zod';
import { jsonSchema } from './json-schema.ts';

/** One setting that is in effect, and where it comes from. */
export interface Setting {
  /** Dotted: `target.kubernetes.context`. */
  name: string;
  /** As it is written. */
  value: unknown;
  about: string;
  from: 'flag' | 'file' | 'git' | 'default';
  path?: string;
  /** From 1. */
  line?: number;
}

/** Somewhere that says something; of several the first that does counts. */
export interface Written {
  from: Exclude<Setting['from'], 'default'>;
  value: unknown;
  path?: string;
  line?(path: readonly string[]): number;
}

interface Node {
  properties?: Record<string, Node>;
  description?: string;
  default?: unknown;
}

/** All settings that the schema knows and that something is known of; `isInEffect` leaves out what another one replaces. */
export function listSettings(
  schema: z.ZodType,
  written: readonly Written[],
  isInEffect: (path: readonly string[]) => boolean = () => true,
): Setting[] {
  return leavesOf(jsonSchema(schema) as Node, []).flatMap(({ path, node }) => {
    const about = node.description ?? '';
    const place = written.find(({ value }) => valueAt(value, path) !== undefined);
    const value = place === undefined ? node.default : valueAt(place.value, path);
    if (value === undefined || !isInEffect(path)) return [];
    const setting = { name: path.join('.'), value: withoutSecrets(value, path.at(-1) ?? ''), about };
    if (place === undefined) return { ...setting, from: 'default' };
    const line = place.line?.(path);
    return {
      ...setting,
      from: place.from,
      ...(place.path === undefined ? {} : { path: place.path }),
      ...(line === undefined ? {} : { line }),
    };
  });
}

function leavesOf(node: Node, path: string[]): { path: string[]; node: Node }[] {
  if (node.properties === undefined) return [{ path, node }];
  return Object.entries(node.properties).flatMap(([name, child]) => leavesOf(child, [...path, name]));
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

const secretName = /(secret|password|token|hash|sha256|key)$/i;

/** Schemas have no place for secrets, but for hashes of them; whatever sounds like one is left out all the same. */
function withoutSecrets(value: unknown, name: string): unknown {
  if (typeof value === 'string') return secretName.test(name) ? '(not shown)' : value;
  if (Array.isArray(value)) return value.map(one => withoutSecrets(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutSecrets(child, key)]));
}
