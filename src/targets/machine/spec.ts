import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../errors.ts';
import { Body } from '../../model/resource.ts';

/** What the machine renderers write and the machine target reads: bodies hold references to contents, never contents. */
export const machineGroup = 'machine.holdfast.dev';
export const machineVersion = 'v1';
const machineKinds = ['File', 'Release', 'Process', 'Script'] as const;
export type MachineKind = (typeof machineKinds)[number];

const content = z.strictObject({ id: z.string(), reference: z.string() });

const fileSpec = z.strictObject({
  path: z.string(),
  type: z.enum(['file', 'directory']),
  content: content.optional(),
  mode: z.int().min(0).max(0o7777),
  owner: z.string().optional(),
  group: z.string().optional(),
  /** What to do about a file that is there and not ours. */
  exists: z.enum(['disallow', 'overwrite', 'retain']),
});
export type FileSpec = z.infer<typeof fileSpec>;

const releaseFile = z.strictObject({
  path: z.string(),
  id: z.string(),
  /** Where the bytes are; absent for a link. */
  reference: z.string().optional(),
  executable: z.boolean(),
  /** Target of a symbolic link that stays inside the directory. */
  link: z.string().optional(),
});
export type ReleaseFile = z.infer<typeof releaseFile>;

/** The files of one directory of a revision. Equal `tree`, equal files. */
const releaseSpec = z.strictObject({ tree: z.string(), files: z.array(releaseFile) });
export type ReleaseSpec = z.infer<typeof releaseSpec>;

const processSpec = z.strictObject({
  process: z.string(),
  /** As written in Git, for people: variables are not expanded, so no value of theirs shows. */
  line: z.string(),
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  /** The release it runs in. */
  tree: z.string(),
});

const scriptSpec = z.strictObject({
  event: z.string(),
  scripts: z.array(
    z.strictObject({ location: z.string(), timeoutMs: z.int().positive(), runas: z.string().optional() }),
  ),
  release: releaseSpec,
});
export type ScriptSpec = z.infer<typeof scriptSpec>;

const schemas = { File: fileSpec, Release: releaseSpec, Process: processSpec, Script: scriptSpec };
type Specs = { [Kind in MachineKind]: z.infer<(typeof schemas)[Kind]> };

/** Sorted keys, no spaces: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * `identity` is what makes this body another one: the specification without the references (which name a revision) and
 * without listings (which a tree id stands for). So a commit that changes nothing here changes no hash.
 */
export function machineBody<Kind extends MachineKind>(
  kind: Kind,
  name: string,
  identity: unknown,
  spec: Specs[Kind],
): Body {
  const head = { apiVersion: `${machineGroup}/${machineVersion}`, kind, metadata: { name } };
  return new Body(digest(canonicalJson({ ...head, identity })), () => canonicalJson({ ...head, spec }));
}

/** Reads a body again: it may come from a cache. Throws MACHINE_RESOURCE_INVALID. */
export async function readSpec<Kind extends MachineKind>(kind: Kind, name: string, body: Body): Promise<Specs[Kind]> {
  const text = await body.reveal();
  try {
    const { spec } = z.object({ spec: z.unknown() }).parse(JSON.parse(text));
    return schemas[kind].parse(spec) as Specs[Kind];
  } catch (error) {
    const reason = error instanceof z.ZodError ? describeIssues(error) : 'it is no JSON';
    throw failure('MACHINE_RESOURCE_INVALID', { resource: `${kind} ${name}`, reason });
  }
}

/** Paths and kinds of problems only: the values may be secret. */
function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(issue => `${issue.path.join('.')}: ${issue.code}`)
    .join('; ');
}

export function isMachineKind(kind: string): kind is MachineKind {
  return machineKinds.some(known => known === kind);
}

/** Names that by custom hold secrets: their contents are shown nowhere. */
export function looksSecret(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return /(^|\.)env(\.|$)|secret|password|passwd|shadow|credential|token|\.(pem|key|p12|pfx|jks|kdbx)$|^id_(rsa|dsa|ecdsa|ed25519)$/.test(
    name,
  );
}
