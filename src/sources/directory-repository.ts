import type { Env } from '../env/env.ts';
import type { Repositories } from '../git/repositories.ts';
import type { Repository } from '../git/repository.ts';
import { directoryTree } from './directory-tree.ts';

/** A directory on this disk in the place of the repository `url`; all others are as they are. */
export function directoryRepositories(
  env: Pick<Env, 'files'>,
  path: string,
  url: string,
  others: Repositories,
): Repositories {
  const local: Repository = {
    url,
    checkedAt: undefined,
    movedAt: Number.NEGATIVE_INFINITY,
    generation: 0,
    refresh: async () => {},
    resolve: async (_revision, _options, signal) => (await directoryTree(env, path, signal)).id,
    tree: (_commit, signal) => directoryTree(env, path, signal),
    commit: async id => ({
      id,
      parents: [],
      author: '',
      email: '',
      committer: '',
      coAuthors: [],
      reviewers: [],
      signedOff: [],
      at: 0,
      subject: 'a directory',
    }),
    isAncestor: async (ancestor, descendant) => ancestor === descendant,
    close: async () => {},
  };
  return {
    open: asked => (asked === url ? local : others.open(asked)),
    stream: (reference, signal) => others.stream(reference, signal),
    close: () => others.close(),
  };
}
