import { readEnvironment } from '../dialects/read.ts';
import type { Declarations } from './catalog.ts';
import type { DeclarationPlace } from './environment.ts';
import type { Services } from './services.ts';

/** The environment's own path in Git. It is read again when its repository moves, so it needs no hint of its own. */
export function gitPlace(
  services: Pick<Services, 'repositories' | 'place'>,
  servers: readonly string[],
): DeclarationPlace {
  const { repositories, place } = services;
  return {
    onChange: () => () => {},
    async read(signal): Promise<Declarations> {
      const repository = repositories.open(place.repoURL);
      const commit = await repository.resolve(place.revision, {}, signal);
      const tree = await repository.tree(commit, signal);
      return await readEnvironment(tree, place.path, { title: place.name, servers });
    },
  };
}
