import type { Application } from '../../model/application.ts';
import type { Tree } from '../../sources/tree.ts';
import { blankApplication, invalid, refuseDuplicates } from '../application.ts';
import { isName } from '../fields.ts';
import { automaticPolicy } from '../holdfast/application.ts';
import { hasJsonManifest } from './manifests.ts';
import { typeOf } from './type.ts';

/** What was found last time, by path and content: most of a thousand directories are as they were. */
export type KnownDirectories = Map<string, Application | undefined>;

/**
 * No definitions: a directory of directories becomes one application each, named after it, one level deep. Hidden directories, and
 * those without anything to deliver, are none. A directory that is a chart, a kustomization, … itself is one application, and so is
 * one of manifests that has no such directories; there JSON counts, too. `title` names it when it is the repository's root.
 */
export async function readDirectories(
  tree: Tree,
  path: string,
  title: string,
  known: KnownDirectories = new Map(),
): Promise<Application[]> {
  const entries = (await tree.list(path)) ?? [];
  const own = typeOf(entries);
  const itself = applicationOf(path === '.' ? title : lastName(path), path);
  if (own !== undefined && own !== 'directory') return [itself];
  const found: KnownDirectories = new Map();
  for (const { name, type, id } of entries) {
    if (type !== 'directory' || name.startsWith('.')) continue;
    const below = path === '.' ? name : `${path}/${name}`;
    const key = `${below} ${id}`;
    const isOne = async () => typeOf((await tree.list(below)) ?? []) !== undefined;
    found.set(key, known.has(key) ? known.get(key) : (await isOne()) ? applicationOf(name, below) : undefined);
  }
  known.clear();
  for (const [key, application] of found) known.set(key, application);
  const applications = [...found.values()].filter(one => one !== undefined);
  if (applications.length > 0) return refuseDuplicates(applications);
  return own !== undefined || (await hasJsonManifest(tree, path, entries)) ? [itself] : [];
}

function applicationOf(directory: string, path: string): Application {
  const name = nameOf(directory);
  const application: Application = {
    ...blankApplication(name, { kind: 'git', path }),
    sources: [{ repoURL: '', path, targetRevision: '' }],
    policy: automaticPolicy,
    cascade: 'foreground',
  };
  if (name === 'unnamed') application.conditions = [invalid(`no name can be made of the directory ${path}: rename it`)];
  return application;
}

/** `My_App` → `my-app`. Two directories that come to the same name are told apart by refusing both. */
function nameOf(directory: string): string {
  const name = directory
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/\.+/g, '.')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
  return isName(name) ? name : 'unnamed';
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
