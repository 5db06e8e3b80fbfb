import { posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { directoryOptions, helmOptions, kustomizeOptions } from '../dialects/options.ts';
import { failure } from '../errors.ts';
import type { Source } from '../model/application.ts';
import type { RenderRequest } from './renderer.ts';

const maxBytes = 256 * 1024;
const maxAliases = 100;

const options = z.strictObject({
  helm: helmOptions.exactOptional(),
  kustomize: kustomizeOptions.exactOptional(),
  directory: directoryOptions.exactOptional(),
});

/**
 * The source with the options in `.argocd-source.yaml` and `.argocd-source-APPLICATION.yaml` of its directory merged over its
 * own, as in Argo CD (whose Image Updater writes them). Throws RENDER_INVALID.
 */
export async function withOverrides(request: RenderRequest): Promise<Source> {
  const { application, tree } = request;
  let { source } = request;
  for (const name of ['.argocd-source.yaml', `.argocd-source-${application.name}.yaml`]) {
    if (name.includes('/')) continue;
    const file = posix.join(source.path || '.', name);
    if ((await tree.entry(file))?.type !== 'file') continue;
    const text = new TextDecoder().decode(await tree.read(file, maxBytes));
    const { helm, kustomize, directory } = source;
    const merged = options.safeParse(mergePatch({ helm, kustomize, directory }, read(file, text) ?? {}));
    if (!merged.success) throw failure('RENDER_INVALID', { file, reason: z.prettifyError(merged.error) });
    source = { ...source, ...merged.data };
  }
  return source;
}

function read(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: maxAliases, prettyErrors: false });
  } catch (error) {
    throw failure('RENDER_INVALID', { file, reason: error instanceof Error ? error.message : 'it is no YAML' });
  }
}

/** JSON merge patch (RFC 7396): objects are merged, null removes, all else replaces. What is undefined is not there. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch === null || patch === undefined ? target : patch;
  const merged: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isObject(target) ? target : {}))
    if (value !== undefined) merged[name] = value;
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = isObject(value) ? mergePatch(merged[name], value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
