import type { Desired, ResourceId } from '../../model/resource.ts';
import type { MachineContext } from './context.ts';
import { canonicalJson, looksSecret, machineGroup, machineVersion, readSpec } from './spec.ts';

const maxTextBytes = 64 * 1024;

/** What is there, as canonical JSON; values of variables and contents of files that look secret are masked. */
export async function readLive(machine: MachineContext, id: ResourceId): Promise<string | undefined> {
  const spec = id.kind === 'File' ? await readFile(machine, id.name) : readRecord(machine, id);
  if (spec === undefined) return undefined;
  return canonicalJson({
    apiVersion: `${machineGroup}/${machineVersion}`,
    kind: id.kind,
    metadata: { name: id.name },
    spec,
  });
}

async function readFile({ env, files, roots }: MachineContext, path: string): Promise<unknown> {
  if (roots.objection(path) !== undefined) return undefined;
  const state = files.state(path);
  if (state === undefined) return undefined;
  const { type, mode, owner, group, size, content } = state;
  const head = { path, type, mode: mode.toString(8).padStart(4, '0'), owner, group };
  if (type !== 'file') return { ...head, ...(content === '' ? {} : { content }) };
  if (looksSecret(path)) return { ...head, size, content: '******' };
  if (size > maxTextBytes) return { ...head, size, sha256: content };
  const bytes = await env.files.read(await roots.resolve(path), maxTextBytes, { noFollow: true });
  return bytes.includes(0)
    ? { ...head, size, sha256: content }
    : { ...head, content: Buffer.from(bytes).toString('utf8') };
}

/** See `Target.contentOf`. */
export async function contentOf(machine: MachineContext, { id, body }: Desired) {
  if (id.kind !== 'File') return undefined;
  const { content } = await readSpec('File', id.name, body);
  if (content === undefined) return undefined;
  const now = looksSecret(id.name)
    ? undefined
    : ((await readFile(machine, id.name)) as Record<string, unknown> | undefined);
  // With a size it is shown by its hash only.
  const live =
    typeof now?.content === 'string' && now.size === undefined && now.type === 'file' ? now.content : undefined;
  return { reference: content.reference, live };
}

function readRecord({ inventory }: MachineContext, id: ResourceId): unknown {
  for (const record of inventory.all()) {
    const { application } = record;
    if (id.kind === 'Release' && id.name === application && record.release !== undefined)
      return { tree: record.release.tree, files: Object.keys(record.release.files) };
    if (!id.name.startsWith(`${application}/`)) continue;
    const name = id.name.slice(application.length + 1);
    const process = record.processes[name];
    if (id.kind === 'Process' && process !== undefined) {
      return { process: name, command: process.line, env: masked(process.env), tree: process.tree };
    }
    const script = record.scripts[name];
    if (id.kind === 'Script' && script !== undefined)
      return { event: name, completion: script.completion, message: script.message };
  }
  return undefined;
}

/** What is declared, likewise masked. References are left out: they may be the content itself. */
export async function showDeclared(desired: Desired): Promise<string> {
  return canonicalJson({
    apiVersion: `${machineGroup}/${machineVersion}`,
    kind: desired.id.kind,
    metadata: { name: desired.id.name },
    spec: await declaredSpec(desired),
  });
}

async function declaredSpec({ id, body }: Desired): Promise<unknown> {
  switch (id.kind) {
    case 'File': {
      const { content, mode, ...spec } = await readSpec('File', id.name, body);
      return {
        ...spec,
        mode: mode.toString(8).padStart(4, '0'),
        ...(content === undefined ? {} : { content: content.id }),
      };
    }
    case 'Release': {
      const { tree, files } = await readSpec('Release', id.name, body);
      return { tree, files: files.map(({ path }) => path) };
    }
    case 'Process': {
      const { process, line, env, tree } = await readSpec('Process', id.name, body);
      return { process, command: line, env: masked(env), tree };
    }
    default: {
      const { event, scripts, release } = await readSpec('Script', id.name, body);
      return { event, scripts, tree: release.tree };
    }
  }
}

function masked(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map(variable => [variable, '******']));
}
