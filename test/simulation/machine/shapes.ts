import { ailsMark, revMark } from '../histories/items.ts';
import type { KubeObject } from '../monitors/evidence.ts';

/**
 * A machine told as if it had an API server: its files, processes and scripts as objects with a key, so that the same
 * promises are judged by the same monitors. What is declared and what is there are both written in these shapes.
 */
const apiVersion = 'machine/v1';

export function fileKey(path: string): string {
  return `machine/File//${path}`;
}

export function processKey(application: string, name: string): string {
  return `machine/Process//${application}/${name}`;
}

/** Of a key of one of these kinds: the path, or `application/process`. */
export function nameIn(key: string): string {
  return key.slice(key.indexOf('//') + 2);
}

export interface FileShape {
  type: 'file' | 'symlink';
  content: string;
  mode: string;
  owner: number;
}

export function fileObject(path: string, spec: FileShape): KubeObject {
  const rev = revOf(spec.content);
  return { apiVersion, kind: 'File', metadata: { name: path, annotations: marks(rev, false) }, spec };
}

export interface ProcessShape {
  command: readonly string[];
  env: Record<string, string>;
  /** What it had in its working directory when it began, and has now, by path. */
  began: Record<string, string>;
  files: Record<string, string>;
}

/** Its revision is that of the files it began with. */
export function processObject(name: string, spec: ProcessShape): KubeObject {
  const annotations = marks(revOf(spec.began.version ?? ''), isAiling(spec.command));
  return { apiVersion, kind: 'Process', metadata: { name, annotations }, spec };
}

/** The scripts of a lifecycle event: run, not kept. */
export function scriptObject(name: string, text: string): KubeObject {
  const annotations = { ...marks(revOf(text), isAiling(text.split(/\s+/))), 'argocd.argoproj.io/hook': 'Sync' };
  return { apiVersion, kind: 'Script', metadata: { name, annotations } };
}

/** Every text of a history says of which revision it is. */
export function revOf(text: string): string | undefined {
  return /\brev (\d+)/.exec(text)?.[1];
}

/** Those that never get well say so in their words. */
function isAiling(words: readonly string[]): boolean {
  return words.some((word, i) => word === 'never-ready' || (['status', 'exit'].includes(word) && words[i + 1] !== '0'));
}

function marks(rev: string | undefined, ails: boolean): Record<string, string> {
  return { ...(rev === undefined ? {} : { [revMark]: rev }), ...(ails ? { [ailsMark]: 'true' } : {}) };
}
