import { stringify } from 'yaml';
import { stepsOf, withValue } from '../../dialects/edit/path.ts';
import { parseYaml } from '../../dialects/yaml.ts';
import type { ResourceId } from '../../model/resource.ts';
import type { Attempt, Draft } from './draft.ts';
import { join, kustomizationNames, type Place } from './find.ts';

/** The kustomization of a directory. */
async function kustomizationIn(draft: Draft, directory: string): Promise<{ file: string; value: object } | undefined> {
  for (const name of kustomizationNames) {
    const file = join(directory, name);
    const text = await draft.read(file);
    const value = text === undefined ? undefined : parseYaml(text).documents[0]?.value;
    if (typeof value === 'object' && value !== null) return { file, value };
  }
  return undefined;
}

/** What a resource is called before the kustomization puts something before or behind its name. */
function nameBefore(kustomization: object, name: string): string {
  const { namePrefix = '', nameSuffix = '' } = kustomization as { namePrefix?: string; nameSuffix?: string };
  return name.slice(
    name.startsWith(namePrefix) ? namePrefix.length : 0,
    name.endsWith(nameSuffix) ? name.length - nameSuffix.length : undefined,
  );
}

/** As its own file names it: a kustomization may set another namespace, too. */
export async function idInFile(draft: Draft, directory: string, id: ResourceId): Promise<Partial<ResourceId>> {
  const found = await kustomizationIn(draft, directory);
  const { namespace: _, ...rest } = id;
  return found === undefined ? id : { ...rest, name: nameBefore(found.value, id.name) };
}

interface Wanted {
  id: ResourceId;
  version: string;
  /** '' with no value: it is to be gone. */
  path: string;
  value: unknown;
}

/** A patch in the overlay's own kustomization: what it is made from may be used by others. */
export async function patchOverlay(
  draft: Draft,
  directory: string,
  { id, version, path, value }: Wanted,
): Promise<Attempt> {
  const found = await kustomizationIn(draft, directory);
  if (found === undefined) return { why: 'there is no kustomization to put a patch in' };
  const name = nameBefore(found.value, id.name);
  const apiVersion = id.group === '' ? version : `${id.group}/${version}`;
  const head = { apiVersion, kind: id.kind, metadata: { name } };
  // What a patch sets to null, it takes out.
  const body = path === '' ? { ...head, $patch: 'delete' } : withValue(head, stepsOf(path), value ?? null);
  if (body === undefined) return { why: 'its field cannot be named in a patch' };
  const target = { ...(id.group === '' ? {} : { group: id.group }), version, kind: id.kind, name };
  const patch = stringify(body, { lineWidth: 0, indentSeq: false });
  const step = { keys: [['patch', patch]] as [string, string][] };
  return await draft.edit(found.file, 0, { path: [{ field: 'patches' }, step], value: { target, patch } });
}

/** Takes a document out, and where it was the last of its file, the file and its line in the kustomization. */
export async function dropFrom(
  draft: Draft,
  directory: string,
  { file, document, documents }: Place,
): Promise<Attempt> {
  if (documents > 1) return await draft.drop(file, document);
  const found = await kustomizationIn(draft, directory);
  const prefix = directory === '' || directory === '.' ? '' : `${directory.replace(/\/+$/, '')}/`;
  const listed = file.slice(prefix.length);
  const resources = (found?.value as { resources?: unknown } | undefined)?.resources;
  const entry = Array.isArray(resources) ? resources.find(one => one === listed || one === `./${listed}`) : undefined;
  if (found === undefined || entry === undefined) return { why: `no kustomization here lists ${file}` };
  const taken = await draft.edit(found.file, 0, { path: [{ field: 'resources' }, { value: String(entry) }] });
  return 'why' in taken ? taken : await draft.drop(file, document);
}
