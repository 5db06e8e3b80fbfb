import { posix } from 'node:path';
import { fileKey, fileObject, processKey, processObject, scriptObject } from '../machine/shapes.ts';
import type { AppModel } from './model.ts';

/** What a directory with a Procfile or an appspec.yml asks a machine for; undefined when it has none of them. */
export function readMachine(app: AppModel, directory: string, files: ReadonlyMap<string, string>): boolean | undefined {
  const inside: Record<string, string> = {};
  for (const [path, text] of files)
    if (path.startsWith(`${directory}/`)) inside[path.slice(directory.length + 1)] = text;
  if (inside.Procfile !== undefined) return readProcfile(app, inside.Procfile, inside);
  if (inside['appspec.yml'] !== undefined) return readAppSpec(app, inside['appspec.yml'], inside);
  return undefined;
}

function readProcfile(app: AppModel, text: string, files: Record<string, string>): boolean {
  const env = Object.fromEntries(
    (files['.env'] ?? '')
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.split('=') as [string, string]),
  );
  for (const line of text.split('\n').filter(one => one !== '')) {
    const [, name, words] = /^(\w+): (.+)$/.exec(line) ?? [];
    if (name === undefined || words === undefined) return false;
    const command = words.split(' ').map(word => (word.startsWith('$') ? (env[word.slice(1)] ?? '') : word));
    const object = processObject(`${app.name}/${name}`, { command, env, began: files, files });
    app.objects.set(processKey(app.name, name), object);
  }
  return true;
}

interface AppSpec {
  files: { source: string; destination: string }[];
  permissions?: { object: string; mode?: string; owner?: string }[];
  hooks?: Record<string, { location: string }[]>;
}

/** Who owns what nobody said more of. */
const users: Record<string, number> = { root: 0, web: 1001 };

function readAppSpec(app: AppModel, text: string, files: Record<string, string>): boolean {
  let spec: AppSpec;
  try {
    spec = JSON.parse(text);
  } catch {
    return false;
  }
  for (const { source, destination } of spec.files) {
    const content = files[source];
    if (content === undefined) return false;
    const path = posix.join(destination, posix.basename(source));
    const { mode = '644', owner = 'root' } = spec.permissions?.find(({ object }) => object === path) ?? {};
    const shape = { type: 'file', content, mode, owner: users[owner] ?? -1 } as const;
    app.objects.set(fileKey(path), fileObject(path, shape));
  }
  for (const [event, scripts] of Object.entries(spec.hooks ?? {})) {
    const name = `${app.name}/${event}`;
    app.hooks.set(`machine/Script//${name}`, scriptObject(name, files[scripts[0]?.location ?? ''] ?? ''));
  }
  return true;
}
