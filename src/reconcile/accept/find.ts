import { isMapping } from '../../dialects/edit/path.ts';
import { parseYaml } from '../../dialects/yaml.ts';
import type { Source, SourceType } from '../../model/application.ts';
import type { ResourceId } from '../../model/resource.ts';
import type { Tree } from '../../sources/tree.ts';
import { readText } from './draft.ts';

/** One document of a file. */
export interface Place {
  file: string;
  document: number;
  /** In its file. */
  documents: number;
}

const maxFiles = 5_000;
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function join(directory: string, name: string): string {
  return directory === '' || directory === '.' ? name : `${directory.replace(/\/+$/, '')}/${name}`;
}

/** What renders a source, as its files say. */
export async function typeOf(tree: Tree, source: Source): Promise<SourceType> {
  if (source.type !== undefined) return source.type;
  if (source.chart !== undefined) return 'helm';
  const names = new Set((await tree.list(source.path))?.map(({ name }) => name));
  if (names.has('Chart.yaml')) return 'helm';
  if (kustomizationNames.some(name => names.has(name))) return 'kustomize';
  if (names.has('appspec.yml') || names.has('appspec.yaml')) return 'appspec';
  if (names.has('Procfile')) return 'procfile';
  return [...names].some(name => /\.(jsonnet|libsonnet)$/.test(name)) ? 'jsonnet' : 'directory';
}

/** All files below a directory, bounded. */
export async function filesBelow(tree: Tree, directory: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [directory];
  for (let next = waiting.pop(); next !== undefined && found.length < maxFiles; next = waiting.pop()) {
    for (const { name, type } of (await tree.list(next)) ?? []) {
      if (type === 'directory') waiting.push(join(next, name));
      if (type === 'file') found.push(join(next, name));
    }
  }
  return found.sort();
}

/** The documents below a directory that declare the resource, in any namespace where none is named. */
export async function placesOf(tree: Tree, files: readonly string[], id: Partial<ResourceId>): Promise<Place[]> {
  const found: Place[] = [];
  for (const file of files) {
    if (!/\.(ya?ml|json)$/.test(file)) continue;
    const text = await readText(tree, file);
    if (text === undefined || !text.includes(id.name ?? '') || !text.includes(id.kind ?? '')) continue;
    const { documents } = parseYaml(text);
    for (const [document, { value }] of documents.entries())
      if (declares(value, id)) found.push({ file, document, documents: documents.length });
  }
  return found;
}

function declares(value: unknown, { group, kind, namespace, name }: Partial<ResourceId>): boolean {
  if (!isMapping(value) || !isMapping(value.metadata) || value.kind !== kind || value.metadata.name !== name)
    return false;
  const version = String(value.apiVersion);
  const ownGroup = version.includes('/') ? version.split('/')[0] : '';
  const own = value.metadata.namespace;
  return ownGroup === group && (own === undefined || namespace === undefined || own === namespace);
}

/** Lines of values files that say the same as the field did: where it may come from. */
export async function valuesLike(tree: Tree, files: readonly string[], declared: unknown): Promise<string[]> {
  const found: string[] = [];
  if (declared === undefined || declared === '' || typeof declared === 'object') return found;
  for (const file of files) {
    const text = await readText(tree, file);
    const [document] = text === undefined ? [] : parseYaml(text).documents;
    if (document === undefined) continue;
    for (const path of leavesLike(document.value, declared, []))
      found.push(`${file}:${document.locate(path).line} (${path.join('.')})`);
  }
  return found.slice(0, 3);
}

function leavesLike(value: unknown, wanted: unknown, path: string[]): string[][] {
  if (isMapping(value))
    return Object.entries(value).flatMap(([key, child]) => leavesLike(child, wanted, [...path, key]));
  if (value === wanted) return [path];
  // Images are put together from a repository and a tag.
  const isPart = typeof wanted === 'string' && typeof value === 'string' && value.length > 2 && wanted.includes(value);
  return isPart ? [path] : [];
}
