import { environmentSchema } from '../dialects/holdfast/schema.ts';
import { listSettings, type Setting, valueAt } from '../dialects/settings.ts';
import { maxDeclarationBytes, parseYaml } from '../dialects/yaml.ts';
import type { Repository } from '../git/repository.ts';
import type { Services } from './services.ts';

/** What holdfast.yaml says of the environment, at the commit that is followed. */
export interface DeclaredSettings {
  repoURL: string;
  path: string;
  revision: string;
  settings: Setting[];
}

const fileName = 'holdfast.yaml';
/** They have pages of their own: here, only how many there are. */
const counted = ['applications', 'projects'];

/** Throws what Git throws; [] where another dialect declares the environment. */
export async function readDeclaredSettings(
  { place }: Pick<Services, 'place'>,
  repository: Repository,
  signal: AbortSignal,
): Promise<DeclaredSettings> {
  const revision = await repository.resolve(place.revision, {}, signal);
  const tree = await repository.tree(revision, signal);
  const path = place.path === '.' || place.path === '' ? fileName : `${place.path.replace(/\/+$/, '')}/${fileName}`;
  const at = { repoURL: repository.url, path: place.path, revision };
  if ((await tree.entry(path))?.type !== 'file') return { ...at, settings: [] };
  const text = new TextDecoder().decode(await tree.read(path, maxDeclarationBytes));
  const [document] = parseYaml(text).documents;
  const spec = valueAt(document?.value, ['spec']);
  if (document === undefined || typeof spec !== 'object' || spec === null) return { ...at, settings: [] };
  const counts = counted.map(name => [name, lengthOf(valueAt(spec, [name]))]);
  const settings = listSettings(environmentSchema.shape.spec, [
    {
      from: 'git',
      value: { ...spec, ...Object.fromEntries(counts) },
      path,
      line: asked => document.locate(['spec', ...asked]).line,
    },
  ]);
  return { ...at, settings };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
