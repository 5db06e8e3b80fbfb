import type { Application, Project } from '../../model/application.ts';
import { invalid } from '../application.ts';
import { isName } from '../fields.ts';
import { parseYaml, type YamlDocument } from '../yaml.ts';
import { readApplication } from './application/read.ts';
import { readProject } from './project/read.ts';
import { settle } from './settle.ts';

/** What one file (or the cluster's API) declares. `complete` is false when something may be declared that is not listed here. */
export interface ArgoFile {
  applications: Application[];
  projects: Project[];
  problems: { path: string; line?: number; message: string }[];
  complete: boolean;
}

/** Whether a file may hold definitions: cheap, so that manifests and broken files of other kinds are not read. */
export function mentionsArgo(text: string): boolean {
  return /argoproj\.io\//.test(text);
}

/** Reads a file of `Application`s and `AppProject`s, all or nothing as far as its syntax goes, each by itself beyond it. */
export function readArgoFile(text: string, path: string): ArgoFile {
  const file: ArgoFile = { applications: [], projects: [], problems: [], complete: true };
  const { documents, problem } = parseYaml(text);
  if (problem) {
    file.problems.push({ path, line: problem.line, message: problem.reason });
    file.complete = false;
  }
  for (const document of documents) readDocument(document, path, file);
  return file;
}

/** Reads definitions that are objects already, from a cluster's API. `servers`: as for `settle`. */
export function readArgoObjects(
  objects: readonly { path: string; object: unknown }[],
  servers: readonly string[] = [],
): ArgoFile {
  const file: ArgoFile = { applications: [], projects: [], problems: [], complete: true };
  const locate = () => ({ line: 1, column: 1 });
  for (const { path, object } of objects) readDocument({ value: object, locate }, path, file);
  for (const application of file.applications) application.origin = { kind: 'cluster', path: application.origin.path };
  return settle(file, servers);
}

function readDocument(document: YamlDocument, path: string, file: ArgoFile): void {
  const { line } = document.locate([]);
  if (!isRecord(document.value)) {
    file.problems.push({ path, line, message: 'is no object' });
    return;
  }
  if (Array.isArray(document.value.items) && String(document.value.kind).endsWith('List')) {
    const { items } = document.value;
    items.forEach((value, i) => {
      readDocument({ value, locate: below => document.locate(['items', i, ...below]) }, path, file);
    });
    return;
  }
  readDefinition(document.value, path, line, file);
}

function readDefinition(value: Record<string, unknown>, path: string, line: number, file: ArgoFile): void {
  const { apiVersion, kind, metadata } = value;
  const name = isRecord(metadata) ? metadata.name : undefined;
  function complain(message: string): void {
    file.problems.push({ path, line, message });
  }
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith('argoproj.io/')) {
    complain(
      `${describeKind(kind)} is no definition of Argo CD: put it into the directory of an application to deliver it`,
    );
    return;
  }
  if (kind === 'ApplicationSet') {
    // What it would generate is not known, so it may be what seems to be gone.
    file.complete = false;
    complain(`ApplicationSet ${typeof name === 'string' ? name.slice(0, 253) : ''} is not supported yet`);
  } else if (kind !== 'Application' && kind !== 'AppProject') complain(`${describeKind(kind)} is not supported`);
  else if (typeof name !== 'string' || !isName(name)) {
    file.complete = false;
    complain(`${kind} without a valid metadata.name (lower case letters, digits, "-" and ".")`);
  } else if (kind === 'Application') {
    const application = readApplication(name, value, { kind: 'git', path, line });
    if (apiVersion !== 'argoproj.io/v1alpha1')
      application.conditions.push(invalid(`apiVersion must be argoproj.io/v1alpha1`));
    file.applications.push(application);
  } else file.projects.push(readProject(name, value.spec));
}

function describeKind(kind: unknown): string {
  return typeof kind === 'string' ? kind.slice(0, 80) : 'an object without a kind';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
