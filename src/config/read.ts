import { dirname, resolve } from 'node:path';
import { explain, fieldsOf } from '../dialects/explain.ts';
import { jsonSchema } from '../dialects/json-schema.ts';
import { maxDeclarationBytes, parseYaml, type YamlDocument } from '../dialects/yaml.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { fromFlags, type OperatorFlags } from './flags.ts';
import { type OperatorConfig, operatorSchema } from './schema.ts';

export const configFileName = 'holdfast-operator.yaml';

export interface ConfigPlace {
  /** Here: where relative paths of flags begin, and where holdfast-operator.yaml is looked for. Absolute. */
  directory: string;
  /** Another file; it has to be there. */
  file?: string;
}

/** Reads the operator's configuration: defaults, then the file, then flags. All paths of files come back absolute. Throws CONFIG_INVALID. */
export async function readConfig(
  env: Pick<Env, 'files'>,
  flags: OperatorFlags,
  place: ConfigPlace,
): Promise<OperatorConfig> {
  const path = resolve(place.directory, place.file ?? configFileName);
  const isThere = place.file !== undefined || (await env.files.stat(path)) !== undefined;
  const text = isThere ? new TextDecoder().decode(await env.files.read(path, maxDeclarationBytes)) : '';
  const written = absolute(fromFlags(flags), place.directory);
  const config = parseConfig(text, path, written);
  return { ...config, dataDirectory: resolve(place.directory, config.dataDirectory) };
}

/** `flags`: in the form of the file, paths absolute. */
export function parseConfig(text: string, path: string, flags: Record<string, unknown>): OperatorConfig {
  const { documents, problem } = parseYaml(text);
  if (problem) throw failure('CONFIG_INVALID', { file: path, ...problem });
  const [document, second] = documents;
  if (second) throw invalid(path, second, [], 'there may be only one document');
  const file = document?.value ?? {};
  if (!isMapping(file)) throw invalid(path, document, [], 'must be a mapping');
  const given = merge(absolute(file, dirname(path)), flags);
  const result = operatorSchema.safeParse(given);
  if (result.success) return result.data;
  const [first, ...others] = explain(result.error.issues, fieldsOf(jsonSchema(operatorSchema)));
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const { path: at, reason } = first ?? { path: [], reason: 'is not valid' };
  const isFlag = Object.hasOwn(flags, String(at[0])) && !Object.hasOwn(file, String(at[0]));
  if (isFlag || !document)
    throw failure('CONFIG_INVALID', { file: 'command line', line: 1, column: 1, reason: reason + more });
  throw invalid(path, document, at, reason + more);
}

/** Flags go before the file. Of the target, they replace the file's when they name another kind. */
function merge(file: Record<string, unknown>, flags: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...file, ...flags };
  for (const [key, flag] of Object.entries(flags)) {
    const below = file[key];
    if (!isMapping(flag) || !isMapping(below)) continue;
    merged[key] = { ...below, ...flag };
    if (key !== 'target') continue;
    const kinds = Object.entries(flag).map(([kind, options]) => [
      kind,
      { ...toMapping(below[kind]), ...toMapping(options) },
    ]);
    merged.target = Object.fromEntries(kinds);
  }
  return merged;
}

function invalid(path: string, document: YamlDocument | undefined, at: readonly PropertyKey[], reason: string) {
  return failure('CONFIG_INVALID', { file: path, ...(document?.locate(at) ?? { line: 1, column: 1 }), reason });
}

const pathFields = new Set([
  'dataDirectory',
  'kubeconfig',
  'root',
  'allowedRoots',
  'passwordFile',
  'sshKeyFile',
  'knownHostsFile',
  'caFile',
  'certFile',
  'keyFile',
  'clientSecretFile',
]);

/** The same text with all its paths of files made absolute. */
function absolute(value: Record<string, unknown>, directory: string): Record<string, unknown> {
  function walk(node: unknown, isPath: boolean): unknown {
    if (typeof node === 'string') return isPath && node !== '' ? resolve(directory, node) : node;
    if (Array.isArray(node)) return node.map(item => walk(item, isPath));
    if (!isMapping(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, pathFields.has(key))]));
  }
  return walk(value, false) as Record<string, unknown>;
}

function toMapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
