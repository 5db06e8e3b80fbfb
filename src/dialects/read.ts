import { HoldfastError } from '../errors.ts';
import type { Application, Project } from '../model/application.ts';
import type { Tree, TreeEntry } from '../sources/tree.ts';
import type { AccessDeclaration } from './access.ts';
import { mentionsArgo, readArgoFile } from './argo/read.ts';
import { settle } from './argo/settle.ts';
import { type KnownDirectories, readDirectories } from './detect/directories.ts';
import { normalPath } from './fields.ts';
import { type EnvironmentSettings, readHoldfastFile } from './holdfast/read.ts';
import { maxDeclarationBytes, parseYaml } from './yaml.ts';

export interface ReadOptions {
  /** Name of the one application when the repository's root is one itself. */
  title: string;
  /** Addresses and names of the environment's target, besides Argo CD's own words for "this cluster". */
  servers?: readonly string[];
  /** Kept from one reading to the next of the same place, with the same options: what is as it was is not read again. */
  known?: Known;
}

export interface Known {
  directories: KnownDirectories;
  /** What the files of these names and contents declare. */
  files?: { are: string; definitions: Definitions };
}

/** `found` is undefined when no file has any. */
interface Definitions {
  found: EnvironmentReading | undefined;
  unreadable: string[];
}

/** All that is declared at a place of a tree. */
export interface EnvironmentReading {
  applications: Application[];
  projects: Project[];
  /** From holdfast.yaml only. */
  environment?: EnvironmentSettings;
  /** Likewise. */
  access?: AccessDeclaration;
  problems: ReadProblem[];
  /** False: what is absent here may be declared all the same, so nothing may be deleted for being absent. */
  complete: boolean;
  /** Files that are no YAML, and may have been definitions: what was declared in them may be declared all the same. */
  unreadable?: string[];
}

interface ReadProblem {
  path: string;
  line?: number;
  message: string;
}

const maxFiles = 10_000;
const maxTotalBytes = 64 * 1024 * 1024;

/**
 * Reads what is declared in the directory `path`; the first that is there counts, alone:
 * 1. `holdfast.yaml`;
 * 2. Argo CD's definitions in the YAML and JSON files of the directory itself (not below it: those are what applications point to);
 * 3. the directories in it, one application each.
 * Never throws for what is written there: what cannot be read is a problem, and leaves the rest alone.
 */
export async function readEnvironment(tree: Tree, path: string, options: ReadOptions): Promise<EnvironmentReading> {
  const at = normalPath(path);
  const entries = await tree.list(at);
  if (entries === undefined) return unreadable(path, 'there is no such directory');
  const known: Known = options.known ?? { directories: new Map() };
  const are = filesOf(entries)
    .map(({ name, id }) => `${id} ${name}`)
    .join('\n');
  if (known.files?.are !== are) known.files = { are, definitions: await readFiles(tree, at, entries, options) };
  const { found, unreadable: broken } = known.files.definitions;
  if (found !== undefined) return found;
  const applications = await readDirectories(tree, at, options.title, known.directories);
  // A file that is no YAML may have been a definition: then the directory is no application of its own.
  const isItself = applications.some(({ origin }) => origin.path === at);
  const [first] = broken;
  if (isItself && first !== undefined) return unreadable(first, 'cannot be read as YAML');
  if (applications.length > 0) return { applications, projects: [], problems: [], complete: true, unreadable: broken };
  return unreadable(
    path,
    'there is nothing to deliver: no holdfast.yaml, no Application, and no directory with something in it',
  );
}

/** What holdfast.yaml says about the environment itself; undefined without one, or when it cannot be read. */
export async function readSettings(tree: Tree, path: string): Promise<EnvironmentSettings | undefined> {
  const at = normalPath(path);
  const holdfast = holdfastFile(pathsOf(at, (await tree.list(at)) ?? []));
  return holdfast === undefined ? undefined : (await readHoldfast(tree, holdfast)).environment;
}

/** The definitions in the files of a directory. */
async function readFiles(
  tree: Tree,
  at: string,
  entries: readonly TreeEntry[],
  options: ReadOptions,
): Promise<Definitions> {
  const files = pathsOf(at, entries);
  const holdfast = holdfastFile(files);
  if (holdfast !== undefined) return { found: await readHoldfast(tree, holdfast), unreadable: [] };
  const { found, unreadable: broken } = await readArgo(tree, files, options);
  return { found: found && { ...found, unreadable: broken }, unreadable: broken };
}

function filesOf(entries: readonly TreeEntry[]): TreeEntry[] {
  return entries.filter(({ type }) => type === 'file');
}

function pathsOf(at: string, entries: readonly TreeEntry[]): string[] {
  return filesOf(entries).map(({ name }) => (at === '.' ? name : `${at}/${name}`));
}

function holdfastFile(files: readonly string[]): string | undefined {
  return files.find(file => /(^|\/)holdfast\.ya?ml$/.test(file));
}

function unreadable(path: string, message: string): EnvironmentReading {
  return { applications: [], projects: [], problems: [{ path, message }], complete: false };
}

async function readHoldfast(tree: Tree, path: string): Promise<EnvironmentReading> {
  const text = await readText(tree, path);
  if (typeof text !== 'string') return unreadable(path, text.message);
  const result = readHoldfastFile(text, path);
  if ('file' in result) return { ...result.file, problems: [], complete: true };
  const problems = result.problems.map(({ line, column, reason }) => ({
    path,
    line,
    message: `column ${column}: ${reason}`,
  }));
  return { applications: [], projects: [], problems, complete: false };
}

/** Those of Argo CD. */
async function readArgo(tree: Tree, files: readonly string[], options: ReadOptions): Promise<Definitions> {
  const reading: EnvironmentReading = { applications: [], projects: [], problems: [], complete: true };
  const candidates = files.filter(
    file => /\.(ya?ml|json)$/.test(file) && !/(^|\/)(kustomization\.ya?ml|\.[^/]*)$/.test(file),
  );
  const broken: string[] = [];
  let found = false;
  let bytes = 0;
  for (const [i, path] of candidates.entries()) {
    if (i >= maxFiles || bytes > maxTotalBytes) {
      reading.problems.push({
        path,
        message: `is left out with all after it: more than ${maxFiles} files or ${maxTotalBytes} bytes of declarations`,
      });
      reading.complete = false;
      break;
    }
    const text = await readText(tree, path);
    if (typeof text !== 'string') {
      reading.problems.push({ path, message: text.message });
      reading.complete = false;
      continue;
    }
    bytes += text.length;
    if (!mentionsArgo(text)) {
      if (parseYaml(text).problem !== undefined) broken.push(path);
      continue;
    }
    found = true;
    const { applications, projects, problems, complete } = readArgoFile(text, path);
    reading.applications.push(...applications);
    reading.projects.push(...projects);
    reading.problems.push(...problems);
    reading.complete &&= complete;
  }
  return { found: found ? settle(reading, options.servers ?? []) : undefined, unreadable: broken };
}

async function readText(tree: Tree, path: string): Promise<string | { message: string }> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await tree.read(path, maxDeclarationBytes));
  } catch (thrown) {
    if (thrown instanceof TypeError) return { message: 'is no text in UTF-8' };
    if (thrown instanceof HoldfastError && thrown.fault === 'user') return { message: thrown.message };
    throw thrown;
  }
}
