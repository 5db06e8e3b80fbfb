import { posix } from 'node:path';
import type { Rendered } from '../../model/resource.ts';
import {
  type FileSpec,
  machineBody,
  type ReleaseFile,
  type ReleaseSpec,
  type ScriptSpec,
} from '../../targets/machine/spec.ts';
import type { RenderRequest } from '../renderer.ts';
import { type AppSpec, type HookEvent, maxTimeoutSeconds, parseAppSpec } from './appspec-file.ts';
import { listRelease, refused } from './listing.ts';
import { applyPermissions, type Installed } from './permissions.ts';
import { type MachineRender, resource } from './procfile.ts';

const maxBytes = 256 * 1024;

/** CodeDeploy's order: files are installed between BeforeInstall and AfterInstall. */
const hooks: Record<HookEvent, { phase: string; wave: string }> = {
  ApplicationStop: { phase: 'PreSync,PreDelete', wave: '-2' },
  BeforeInstall: { phase: 'PreSync', wave: '-1' },
  AfterInstall: { phase: 'PostSync', wave: '1' },
  ApplicationStart: { phase: 'PostSync', wave: '2' },
  ValidateService: { phase: 'PostSync', wave: '3' },
};

/** `appspec.yml` → a File for each installed file, and (where there are hooks) a Script for each lifecycle event. */
export async function renderAppSpec(request: RenderRequest, signal: AbortSignal): Promise<MachineRender> {
  const { tree, source } = request;
  const file = posix.join(source.path, 'appspec.yml');
  if ((await tree.entry(file))?.type === 'symlink') throw refused(file, 'it is a symbolic link');
  const { spec, warnings, invalid } = parseAppSpec(file, new TextDecoder().decode(await tree.read(file, maxBytes)));
  const release = await listRelease(tree, source.path, signal);
  const { installed, directories } = install(file, spec, release);
  const { error, unused } = applyPermissions(installed, directories, spec.permissions);
  if (error !== undefined) throw invalid(['permissions', error.index], error.reason);
  for (const object of unused) warnings.push(`${file}: the permissions of ${object} match nothing that is installed`);
  const resources = [...installed.values()].map(renderFile);
  if (spec.hooks !== undefined) resources.push(...renderHooks(file, request.application.name, spec.hooks, release));
  return { resources, warnings };
}

function install(
  file: string,
  spec: AppSpec,
  release: ReleaseSpec,
): { installed: Installed; directories: ReadonlySet<string> } {
  const exists = { DISALLOW: 'disallow', OVERWRITE: 'overwrite', RETAIN: 'retain' } as const;
  const installed: Installed = new Map();
  const directories = new Set<string>();
  for (const { source, destination } of spec.files) {
    const from = posix.normalize(source).replace(/^\/+|\/+$/g, '');
    const to = posix.normalize(destination).replace(/(.)\/$/, '$1');
    if (from.split('/').includes('..')) throw refused(file, `source ${source} leads out of the revision`);
    const below =
      from === '' || from === '.'
        ? release.files
        : release.files.filter(({ path }) => path === from || path.startsWith(`${from}/`));
    if (below.length === 0) throw refused(file, `there is nothing at source ${source} in the revision`);
    for (const each of below) {
      const single = each.path === from;
      const inner = single
        ? posix.basename(from)
        : from === '' || from === '.'
          ? each.path
          : each.path.slice(from.length + 1);
      const path = posix.join(to, inner);
      if (each.reference === undefined)
        throw refused(each.path, 'a symbolic link cannot be installed; install what it points to');
      if (installed.has(path)) throw refused(file, `${path} is installed twice`);
      installed.set(path, fileSpec(path, each, each.reference, exists[spec.file_exists_behavior]));
      // The destination itself counts among the directories that come with a directory, not with a single file.
      for (
        let parent = posix.dirname(path);
        !single && (parent === to || parent.startsWith(`${to}/`));
        parent = posix.dirname(parent)
      ) {
        directories.add(parent);
        if (parent === to) break;
      }
    }
  }
  return { installed, directories };
}

function fileSpec(
  path: string,
  { id, executable }: ReleaseFile,
  reference: string,
  exists: FileSpec['exists'],
): FileSpec {
  return { path, type: 'file', content: { id, reference }, mode: executable ? 0o755 : 0o644, exists };
}

function renderFile(spec: FileSpec): Rendered {
  const { content, ...rest } = spec;
  return resource('File', spec.path, machineBody('File', spec.path, { ...rest, content: content?.id }, spec));
}

/** ApplicationStop and ValidateService are there even without scripts: the one runs those of the revision before, the other notes this one as installed. */
function renderHooks(
  file: string,
  application: string,
  declared: NonNullable<AppSpec['hooks']>,
  release: ReleaseSpec,
): Rendered[] {
  const known = new Set(release.files.map(({ path }) => path));
  const rendered: Rendered[] = [];
  for (const [event, { phase, wave }] of Object.entries(hooks) as [HookEvent, { phase: string; wave: string }][]) {
    const scripts = (declared[event] ?? []).map(
      ({ location, timeout = maxTimeoutSeconds, runas }): ScriptSpec['scripts'][number] => {
        const path = posix.normalize(location).replace(/^\/+/, '');
        if (!known.has(path)) throw refused(file, `there is no script ${location} in the revision (${event})`);
        return { location: path, timeoutMs: timeout * 1_000, ...(runas === undefined ? {} : { runas }) };
      },
    );
    if (scripts.length === 0 && event !== 'ApplicationStop' && event !== 'ValidateService') continue;
    const name = `${application}/${event}`;
    const body = machineBody('Script', name, { event, scripts, tree: release.tree }, { event, scripts, release });
    rendered.push(
      resource('Script', name, body, {
        'holdfast.dev/hook': phase,
        'holdfast.dev/hook-delete-policy': 'BeforeHookCreation',
        'holdfast.dev/sync-wave': wave,
      }),
    );
  }
  return rendered;
}
