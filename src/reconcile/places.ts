import { readArgoObjects } from '../dialects/argo/read.ts';
import { type EnvironmentReading, type Known, readEnvironment } from '../dialects/read.ts';
import type { Target } from '../targets/target.ts';
import type { DeclarationPlace } from './reading.ts';
import type { Services } from './services.ts';

/** The environment's own path in Git. It is read again when its repository moves, so it needs no hint of its own. */
export function gitPlace(
  services: Pick<Services, 'repositories' | 'place'>,
  servers: readonly string[],
): DeclarationPlace {
  const { repositories, place } = services;
  /** Most commits are about something else: what was read of a directory is true of all that have its id. */
  let last: { id: string; reading: EnvironmentReading } | undefined;
  const known: Known = { directories: new Map() };
  return {
    onChange: () => () => {},
    async read(signal) {
      const repository = repositories.open(place.repoURL);
      const commit = await repository.resolve(place.revision, {}, signal);
      const tree = await repository.tree(commit, signal);
      const { id } = (await tree.entry(place.path)) ?? { id: '' };
      if (last === undefined || last.id !== id)
        last = { id, reading: await readEnvironment(tree, place.path, { title: place.name, servers, known }) };
      return { origin: 'git', revision: commit, ...last.reading };
    },
  };
}

/** Definitions that the target itself holds; none where it holds none. */
export function targetPlace({ declarations, server }: Target): DeclarationPlace[] {
  if (declarations === undefined) return [];
  return [
    {
      onChange: listener => declarations.onChange(listener),
      async read() {
        const { objects, complete, reason } = declarations.list();
        const found = readArgoObjects(objects, [server]);
        if (!complete) found.problems.push({ path: 'cluster', message: reason });
        return { origin: 'cluster', ...found, complete: complete && found.complete };
      },
    },
  ];
}
