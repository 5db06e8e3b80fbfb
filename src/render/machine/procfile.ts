import { posix } from 'node:path';
import { failure } from '../../errors.ts';
import type { Rendered } from '../../model/resource.ts';
import type { Tree } from '../../sources/tree.ts';
import { machineBody, machineGroup, machineVersion } from '../../targets/machine/spec.ts';
import type { RenderRequest } from '../renderer.ts';
import { CommandLineError, splitCommandLine } from './command-line.ts';
import { parseDotenv } from './dotenv.ts';
import { listRelease } from './listing.ts';

export interface MachineRender {
  resources: Rendered[];
  warnings: string[];
}

interface Line {
  name: string;
  command: string;
  line: number;
  /** Where the command begins, from 1. */
  column: number;
}

const maxBytes = 256 * 1024;
const maxProcesses = 100;

/** `Procfile` → one Release (the directory's files) and one Process a line. */
export async function renderProcfile(request: RenderRequest, signal: AbortSignal): Promise<MachineRender> {
  const { tree, source } = request;
  const application = request.application.name;
  const file = posix.join(source.path, 'Procfile');
  const lines = parseProcfile(file, await readText(tree, file));
  const release = await listRelease(tree, source.path, signal);
  const own = { HOLDFAST_APPLICATION: application, HOLDFAST_REVISION: release.tree };
  const shared = await readEnv(tree, posix.join(source.path, '.env'));
  const resources: Rendered[] = [
    resource('Release', application, machineBody('Release', application, { tree: release.tree }, release)),
  ];
  for (const line of lines) {
    const env = { ...shared, ...(await readEnv(tree, posix.join(source.path, `${line.name}.env`))), ...own };
    const spec = {
      process: line.name,
      line: line.command,
      command: split(file, line, env),
      env,
      tree: release.tree,
    };
    const name = `${application}/${line.name}`;
    resources.push(resource('Process', name, machineBody('Process', name, spec, spec)));
  }
  return { resources, warnings: [] };
}

function parseProcfile(file: string, text: string): Line[] {
  const lines: Line[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, name, gap, command] = /^([A-Za-z0-9][A-Za-z0-9_-]{0,62})(\s*:\s*)(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || gap === undefined || command === undefined)
      throw invalid(file, index + 1, 1, 'expected `name: command`, the name of letters, digits, - and _');
    if (lines.some(known => known.name === name))
      throw invalid(file, index + 1, 1, `the process ${name} is there twice`);
    lines.push({ name, command, line: index + 1, column: name.length + gap.length + 1 });
    if (lines.length > maxProcesses) throw invalid(file, index + 1, 1, `more than ${maxProcesses} processes`);
  }
  if (lines.length === 0) throw invalid(file, 1, 1, 'there is no process in it');
  return lines;
}

function split(file: string, line: Line, env: Record<string, string>): string[] {
  try {
    return splitCommandLine(line.command, env);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    throw invalid(file, line.line, line.column + error.column - 1, error.message);
  }
}

function invalid(file: string, line: number, column: number, reason: string): Error {
  return failure('RENDER_PROCFILE_INVALID', { file, line, column, reason });
}

async function readEnv(tree: Tree, file: string): Promise<Record<string, string>> {
  if ((await tree.entry(file)) === undefined) return {};
  return parseDotenv(file, await readText(tree, file));
}

async function readText(tree: Tree, file: string): Promise<string> {
  // A link here would be read as its target's name: nobody means that.
  if ((await tree.entry(file))?.type === 'symlink')
    throw failure('RENDER_MACHINE_REFUSED', { path: file, reason: 'it is a symbolic link' });
  return new TextDecoder().decode(await tree.read(file, maxBytes));
}

export function resource(
  kind: string,
  name: string,
  body: Rendered['body'],
  annotations: Record<string, string> = {},
): Rendered {
  return { id: { group: machineGroup, kind, namespace: '', name }, version: machineVersion, body, annotations };
}
