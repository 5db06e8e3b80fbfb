import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Source } from '../../../src/model/application.ts';
import { type MemoryFile, memoryTree } from '../../../src/sources/memory-tree.ts';
import type { Tree } from '../../../src/sources/tree.ts';

/** One input of inputs/NAME/: files, the source that points into them, and how to have the real tool render the same. */
export interface Input {
  name: string;
  /** `inputs/NAME/files` */
  directory: string;
  tree: Tree;
  source: Source;
  /** Ref of another source → directory in the files that stands for its tree. */
  refs: Record<string, string>;
  /** For the real helm, where the source's options are not its arguments. */
  arguments?: string[];
  /** Lines that Argo CD's edits come to, where `kustomize edit` has no command for them. */
  append?: string;
  /** Run `helm dependency build` first. */
  dependencies?: boolean;
  /** Where there is no tool to compare with. */
  expect?: object[];
}

const inputs = join(import.meta.dirname, 'inputs');

export async function inputNames(): Promise<string[]> {
  return (await readdir(inputs)).sort();
}

export async function loadInput(name: string): Promise<Input> {
  const directory = join(inputs, name, 'files');
  const described: Partial<Input> & { source: Source } = JSON.parse(
    await readFile(join(inputs, name, 'case.json'), 'utf8'),
  );
  const source = { ...described.source, repoURL: '', targetRevision: '' };
  return { refs: {}, ...described, name, directory, source, tree: await treeOf(directory) };
}

export async function treeOf(directory: string): Promise<Tree> {
  const files: Record<string, MemoryFile> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) files[relative(directory, path)] = { symlink: await readlink(path) };
    else if (stat.isFile()) files[relative(directory, path)] = await readFile(path);
  }
  return memoryTree(files);
}
