import type { Source } from '../../model/application.ts';
import type { Tree } from '../../sources/tree.ts';
import type { Target } from '../../targets/target.ts';
import { type Attempt, Draft } from './draft.ts';
import { filesBelow, join, placesOf, typeOf, valuesLike } from './find.ts';
import { dropFrom, idInFile, patchOverlay } from './kustomize.ts';
import type { Unit } from './units.ts';

/** One way to make Git say what is live. */
export type Strategy = (draft: Draft) => Promise<Attempt>;

const maxCandidates = 3;

/** Ways to write down one thing, the plainest first; where there is none, why, and where it may come from. */
export async function strategiesFor(
  unit: Unit,
  source: Source,
  tree: Tree,
  target: Pick<Target, 'contentOf'>,
  signal: AbortSignal,
): Promise<Strategy[] | { why: string }> {
  const content = unit.path === '' ? undefined : await target.contentOf?.(unit.desired, signal);
  if (content !== undefined) return await contentStrategy(unit, source, tree, content);
  const type = await typeOf(tree, source);
  if (type === 'helm') return { why: await helmWhy(unit, source, tree) };
  if (type !== 'directory' && type !== 'kustomize')
    return { why: `it is made by ${type}, and has no line of its own in a file` };
  const files = await filesBelow(tree, source.path);
  const named = type === 'kustomize' ? await idInFile(new Draft(tree), source.path, unit.id) : unit.id;
  const places = (await placesOf(tree, files, named)).slice(0, maxCandidates);
  const value = unit.change?.live === undefined ? undefined : (JSON.parse(unit.change.live) as unknown);
  const edit = value === undefined ? { path: unit.path } : { path: unit.path, value };
  const inPlace = places.map(
    (place): Strategy =>
      async draft => {
        if (unit.path !== '') return await draft.edit(place.file, place.document, edit);
        if (type === 'kustomize') return await dropFrom(draft, source.path, place);
        return await draft.drop(place.file, place.document);
      },
  );
  if (type === 'directory')
    return inPlace.length > 0 ? inPlace : { why: `no file in ${source.path} declares it as it is; something makes it` };
  const { id, path, desired } = unit;
  const { version } = desired;
  return [...inPlace, async draft => await patchOverlay(draft, source.path, { id, version, path, value })];
}

async function contentStrategy(
  { path, id }: Unit,
  source: Source,
  tree: Tree,
  { reference, live }: { reference: string; live: string | undefined },
): Promise<Strategy[] | { why: string }> {
  if (!path.startsWith('/content')) return { why: 'mode and owner of a file stand in the appspec: change them there' };
  if (live === undefined) return { why: 'what is live is no text, or too large' };
  const same: string[] = [];
  for (const file of await filesBelow(tree, source.path)) {
    if ((await tree.reference(file)) === reference) same.push(file);
  }
  const named = (file: string) => file.split('/').at(-1) === id.name.split('/').at(-1);
  const file = same.find(named) ?? same[0];
  if (file === undefined) return { why: `no file in ${source.path} has this content` };
  return [async draft => await draft.put(file, live)];
}

async function helmWhy({ change, path }: Unit, source: Source, tree: Tree): Promise<string> {
  const chart = source.chart ?? source.path;
  if (path === '') return `the chart ${chart} makes it: a value may turn it off`;
  const declared = change?.declared === undefined ? undefined : (JSON.parse(change.declared) as unknown);
  const own = (source.helm?.valueFiles ?? []).filter(file => !file.startsWith('$') && !file.includes(':'));
  const files = source.chart === undefined ? ['values.yaml', ...own].map(file => join(source.path, file)) : [];
  const like = await valuesLike(tree, files.toReversed(), declared);
  const where = like.length === 0 ? 'no value says the same' : `it may come from ${like.join(', or ')}`;
  return `the chart ${chart} makes it from its values; ${where}`;
}
