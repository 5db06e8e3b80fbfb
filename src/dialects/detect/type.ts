import type { SourceType } from '../../model/application.ts';
import type { Tree, TreeEntry } from '../../sources/tree.ts';

/** First match wins. A file of the name (or with the ending) directly in the directory tells what it is. */
const marks: { type: SourceType; names?: string[]; ending?: RegExp }[] = [
  { type: 'helm', names: ['Chart.yaml'] },
  { type: 'kustomize', names: ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] },
  { type: 'appspec', names: ['appspec.yml', 'appspec.yaml'] },
  { type: 'procfile', names: ['Procfile'] },
  { type: 'jsonnet', ending: /\.jsonnet$/ },
];

/** JSON alone is no sign of manifests: every project in JavaScript has some. (Where nothing else is found, it is read: see manifests.ts.) */
const manifest = /\.ya?ml$/;

/** Undefined when nothing in this directory (below it does not count) can be delivered. */
export function typeOf(entries: readonly TreeEntry[]): SourceType | undefined {
  const files = entries.filter(entry => entry.type === 'file' || entry.type === 'symlink').map(entry => entry.name);
  for (const { type, names, ending } of marks) {
    if (files.some(file => names?.includes(file) || ending?.test(file))) return type;
  }
  return files.some(file => manifest.test(file) && !file.startsWith('.')) ? 'directory' : undefined;
}

/**
 * What a directory is, seen from the files in it. A directory without a mark is plain manifests, as in Argo CD, whether or not it has
 * any. Jsonnet beside plain manifests is `jsonnet`: that type renders what `directory` does too.
 */
export async function detectType(tree: Tree, path: string): Promise<SourceType> {
  return typeOf((await tree.list(path)) ?? []) ?? 'directory';
}
