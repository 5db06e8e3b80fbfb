import type { Log, LogFields } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import { createRepositories, type Repositories, type RepositoriesOptions } from '../../../src/git/repositories.ts';
import type { Repository } from '../../../src/git/repository.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';

export const never = new AbortController().signal;

/** Looks at the remote, and says whether anything there moved. */
export async function moved(repository: Repository): Promise<boolean> {
  const before = repository.generation;
  await repository.refresh(never);
  return repository.generation !== before;
}

export interface GitSetup extends AsyncDisposable {
  directory: string;
  dataDirectory: string;
  repo: GitRepo;
  repositories: Repositories;
  /** All that was logged. */
  logged: string[];
  /** Another Holdfast on the same data, as after a restart. */
  again(options?: Partial<RepositoriesOptions>): Repositories;
}

/** A served repository `fleet.git` in a directory, and the product's repositories on a data directory of their own. */
export async function gitSetup(options: Partial<RepositoriesOptions> = {}): Promise<GitSetup> {
  const directory = await temporaryDirectory('git');
  const data = await temporaryDirectory('data');
  const repo = await GitRepo.create(directory.path);
  const logged: string[] = [];
  const opened: Repositories[] = [];
  const again = (more: Partial<RepositoriesOptions> = {}) => {
    const repositories = createRepositories({
      env: realEnv(logInto(logged)),
      dataDirectory: data.path,
      credentialsFor: () => undefined,
      allowFile: () => true,
      ...options,
      ...more,
    });
    opened.push(repositories);
    return repositories;
  };
  return {
    directory: directory.path,
    dataDirectory: data.path,
    repo,
    repositories: again(),
    logged,
    again,
    async [Symbol.asyncDispose]() {
      for (const repositories of opened) await repositories.close();
      await directory.remove();
      await data.remove();
    },
  };
}

function logInto(lines: string[]): Log {
  const write = (message: string, fields?: LogFields) => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  return { debug: write, info: write, warn: write, error: write };
}
