import type { Tree, TreeEntry } from '../../sources/tree.ts';

const maxFiles = 100;
const maxBytes = 1024 * 1024;

/** Whether one of the JSON files in this directory is a manifest: by its name it could be anything. */
export async function hasJsonManifest(tree: Tree, path: string, entries: readonly TreeEntry[]): Promise<boolean> {
  const files = entries.filter(({ name, type }) => type === 'file' && /^[^.].*\.json$/.test(name));
  for (const { name } of files.slice(0, maxFiles)) {
    if (await isManifest(tree, path === '.' ? name : `${path}/${name}`)) return true;
  }
  return false;
}

async function isManifest(tree: Tree, path: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await tree.read(path, maxBytes)));
    const [first] = Array.isArray(value) ? value : [value];
    return typeof first?.apiVersion === 'string' && typeof first.kind === 'string';
  } catch {
    return false; // Too large, or no JSON.
  }
}
