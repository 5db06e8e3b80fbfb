import type { Application } from '../../model/application.ts';
import type { Tree } from '../../sources/tree.ts';
import { blankApplication, invalid, refuseDuplicates } from '../application.ts';
import { isName } from '../fields.ts';
import { automaticPolicy } from '../holdfast/application.ts';
import { hasJsonManifest } from './manifests.ts';
import { typeOf } from './type.ts';

/**
 * No definitions: a directory of directories becomes one application each, named after it, one level deep. Hidden directories, and
 * those without anything to deliver, are none. A directory that is a chart, a kustomization, … itself is one application, and so is
 * one of manifests that has no such directories; there JSON counts, too. `title` names it when it is the repository's root.
 */
export async function readDirectories(tree: Tree, path: string, title: string): Promise<Application[]> {
  const entries = (await tree.list(path)) ?? [];
  const own = typeOf(entries);
  const itself = applicationOf(path === '.' ? title : lastName(path), path);
  if (own !== undefined && own !== 'directory') return [itself];
  const applications: Application[] = [];
  for (const { name, type } of entries) {
    if (type !== 'directory' || name.startsWith('.')) continue;
    const below = path === '.' ? name : `${path}/${name}`;
    if (typeOf((await tree.list(below)) ?? []) !== undefined) applications.push(applicationOf(name, below));
  }
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
