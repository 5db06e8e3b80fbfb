import { resolve } from 'node:path';
import { listSettings, type Setting, valueAt } from '../dialects/settings.ts';
import { maxDeclarationBytes, parseYaml } from '../dialects/yaml.ts';
import type { Env } from '../env/env.ts';
import { isBelow } from './credentials.ts';
import { fromFlags, type OperatorFlags } from './flags.ts';
import { type ConfigPlace, configFileName } from './read.ts';
import { type OperatorConfig, operatorSchema } from './schema.ts';

/** The operator's own configuration as people wrote it. */
export interface WrittenConfig {
  /** Its file, where there is one. */
  file?: string;
  settings: Setting[];
  /** By name: for which addresses, and what they consist of. */
  credentialsFor(url: string): { prefix: string; with: string[] } | undefined;
}

export const nothingWritten: WrittenConfig = { settings: [], credentialsFor: () => undefined };

/** Of a configuration that was read: where each of its settings was said. */
export async function readWritten(
  env: Pick<Env, 'files'>,
  flags: OperatorFlags,
  place: ConfigPlace,
  config: OperatorConfig,
): Promise<WrittenConfig> {
  const file = resolve(place.directory, place.file ?? configFileName);
  const isThere = (await env.files.stat(file)) !== undefined;
  const text = isThere ? new TextDecoder().decode(await env.files.read(file, maxDeclarationBytes)) : '';
  const [document] = parseYaml(text).documents;
  const settings = listSettings(
    operatorSchema,
    [
      { from: 'flag', value: fromFlags(flags) },
      { from: 'file', value: document?.value, path: file, line: path => document?.locate(path).line ?? 1 },
    ],
    path => valueAt(config, path) !== undefined,
  );
  const known = config.credentials.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return {
    ...(isThere ? { file } : {}),
    settings,
    credentialsFor(url) {
      const found = known.find(({ prefix }) => isBelow(url, prefix));
      if (found === undefined) return undefined;
      const { prefix, ...parts } = found;
      const given = Object.entries(parts).filter(([, value]) => value !== undefined && value !== false);
      return { prefix, with: given.map(([name]) => name) };
    },
  };
}
