import { posix } from 'node:path';
import type { Env } from '../../env/env.ts';
import type { Desired, FieldChange, Live } from '../../model/resource.ts';
import { ignoredFor } from '../../plan/ignore.ts';
import type { ApplyContext, Contents, Preview } from '../target.ts';
import type { MachineContext } from './context.ts';
import { declaredHash, declaredState } from './install.ts';
import { ownName, unsupervised } from './lives.ts';
import { releasePath } from './releases.ts';
import { canonicalJson, type FileSpec, looksSecret, readSpec } from './spec.ts';

/** Larger files are compared by hash only. */
const maxTextBytes = 64 * 1024;
const maxLines = 40;

/** What applying would change, field by field. */
export async function previewResource(
  machine: MachineContext,
  desired: Desired,
  live: Live | undefined,
  context: ApplyContext,
  signal: AbortSignal,
): Promise<Preview> {
  const all = await changesOf(machine, desired, live, context, signal);
  const ignored = ignoredFor(context.ignoreDifferences, desired.id).flatMap(rule => rule.jsonPointers);
  const changes = all.filter(
    ({ path }) => !ignored.some(pointer => path === pointer || path.startsWith(`${pointer}/`)),
  );
  const by = changes.length > 0 && live?.lastChange !== undefined ? { by: live.lastChange } : {};
  return { changes, ...by, fingerprint: live?.fingerprint ?? '', uid: live?.uid ?? '' };
}

async function changesOf(
  machine: MachineContext,
  desired: Desired,
  live: Live | undefined,
  context: ApplyContext,
  signal: AbortSignal,
): Promise<FieldChange[]> {
  const { kind, name } = desired.id;
  const record = machine.inventory.find(context.application);
  switch (kind) {
    case 'File':
      return await fileChanges(machine, await readSpec('File', name, desired.body), context, signal);
    case 'Release': {
      const spec = await readSpec('Release', name, desired.body);
      const known = record?.release;
      if (known?.tree !== spec.tree) return [change('/tree', known?.tree, spec.tree)];
      const path = releasePath(machine.root, context.application, spec.tree);
      const changes: FieldChange[] = [];
      for (const [file, expected] of Object.entries(known.files)) {
        const state = machine.files.state(`${path}/${file}`);
        if (state?.content !== expected.content)
          changes.push(contentChange(`/files/${pointer(file)}`, state?.content, expected.content));
        else if (state.type === 'file' && ((state.mode & 0o100) !== 0) !== expected.executable)
          changes.push(change(`/files/${pointer(file)}/executable`, !expected.executable, expected.executable));
      }
      return changes;
    }
    case 'Process': {
      const spec = await readSpec('Process', name, desired.body);
      const known = record?.processes[spec.process];
      const changes: FieldChange[] = live?.fingerprint === unsupervised ? [change('/running', false, true)] : [];
      if (known?.line !== spec.line) changes.push(change('/command', known?.line, spec.line));
      if (known?.tree !== spec.tree) changes.push(change('/tree', known?.tree, spec.tree));
      for (const variable of new Set([...Object.keys(known?.env ?? {}), ...Object.keys(spec.env)])) {
        if (known?.env[variable] !== spec.env[variable])
          changes.push({ path: `/env/${pointer(variable)}`, masked: true });
      }
      return changes;
    }
    default: {
      const known = record?.scripts[ownName(context.application, desired.id)];
      return known?.hash === desired.body.hash ? [] : [change('/hash', known?.hash, desired.body.hash)];
    }
  }
}

async function fileChanges(
  machine: MachineContext,
  spec: FileSpec,
  context: ApplyContext,
  signal: AbortSignal,
): Promise<FieldChange[]> {
  const record = machine.inventory.file(spec.path, context.application);
  const state = machine.files.state(spec.path);
  const wanted = await declaredState(machine, spec, record);
  const changes: FieldChange[] = [];
  const isOwn = machine.inventory.find(context.application)?.files[spec.path] !== undefined;
  if (!isOwn && state !== undefined) changes.push(change('/application', undefined, context.application));
  if (record?.retained && state !== undefined) return changes;
  if (record === undefined && state !== undefined && spec.exists === 'retain') return changes;
  if (state?.type !== wanted.type) changes.push(change('/type', state?.type, wanted.type));
  if (state?.mode !== wanted.mode) changes.push(change('/mode', octal(state?.mode), octal(wanted.mode)));
  if (state?.owner !== wanted.owner) changes.push(change('/owner', state?.owner, wanted.owner));
  if (state?.group !== wanted.group) changes.push(change('/group', state?.group, wanted.group));
  if (spec.content === undefined) return changes;
  const sha256 = wanted.sha256 === '' ? await declaredHash(spec, context.contents, signal) : wanted.sha256;
  if (state?.content === sha256) return changes;
  if (looksSecret(spec.path)) return [...changes, { path: '/content', masked: true }];
  const lines = await lineChange(machine, spec, state?.type === 'file', context.contents, signal);
  return [...changes, lines ?? contentChange('/content', state?.content, sha256)];
}

/** The lines that differ, when both are short text; undefined otherwise. */
async function lineChange(
  { env, roots }: MachineContext,
  spec: FileSpec,
  isThere: boolean,
  contents: Contents,
  signal: AbortSignal,
): Promise<FieldChange | undefined> {
  const declared = await text(await contents.open(spec.content?.reference ?? '', signal));
  if (declared === undefined) return undefined;
  const live = isThere ? await text(readOnce(env, await roots.resolve(spec.path))) : '';
  if (live === undefined) return undefined;
  const [a, b] = [live.split('\n'), declared.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const part = (lines: string[]) =>
    lines
      .slice(start, lines.length - end)
      .slice(0, maxLines)
      .join('\n');
  return change(`/content/line ${start + 1}`, isThere ? part(a) : undefined, part(b));
}

/** Never through a link: what is shown of a file has to be the file's. */
async function* readOnce(env: Env, path: string): AsyncIterable<Uint8Array> {
  yield await env.files.read(path, maxTextBytes, { noFollow: true }).catch(() => new Uint8Array(maxTextBytes + 1));
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > maxTextBytes) return undefined;
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

function contentChange(path: string, live: string | undefined, declared: string): FieldChange {
  return change(path, live === undefined ? undefined : short(live), short(declared));
}

function short(content: string): string {
  return content.startsWith('link:') ? `link to ${content.slice('link:'.length)}` : `sha256:${content.slice(0, 16)}`;
}

function change(path: string, live: unknown, declared: unknown): FieldChange {
  return {
    path,
    ...(live === undefined ? {} : { live: canonicalJson(live) }),
    ...(declared === undefined ? {} : { declared: canonicalJson(declared) }),
  };
}

function octal(mode: number | undefined): string | undefined {
  return mode?.toString(8).padStart(4, '0');
}

function pointer(name: string): string {
  return posix.normalize(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
