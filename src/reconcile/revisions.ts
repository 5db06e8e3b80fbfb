import { asFailure } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { pathNames } from '../sources/path.ts';
import type { CommitSummary } from './commits.ts';
import type { Controller } from './controller.ts';
import { applicationNamed } from './requests.ts';

/** What somebody may want instead of the declared revision of the first source. */
export interface Revisions {
  repoURL: string;
  /** As it is declared: a branch, a tag, a range, a chart's version; '' for what the repository itself takes for its main branch. */
  declared: string;
  /** Newest first: what changed the application's own directory. */
  commits: CommitSummary[];
  /** False: older ones were not looked at. */
  complete: boolean;
  branches: string[];
  tags: string[];
  /** Why nothing is known of branches and tags. */
  reason?: string;
}

/** Commits looked at, and those of them that are told. */
const mostSteps = 200;
const mostCommits = 20;
const mostNames = 200;

/** From the mirror; names of branches and tags by one question to the server. */
export async function revisionsOf(controller: Controller, name: string, signal: AbortSignal): Promise<Revisions> {
  const application = applicationNamed(controller, name);
  const [source] = application.sources;
  const repoURL = controller.locks.shownURL(source);
  const nothing = { repoURL, declared: source?.targetRevision ?? '', commits: [], complete: true };
  const repository = source === undefined ? undefined : controller.locks.repositoryOf(source);
  if (source === undefined || repository === undefined) return { ...nothing, branches: [], tags: [] };
  const [names, history] = await Promise.all([
    namesIn(repository, signal),
    controller.locks
      .resolveSource(source, signal)
      .then(({ revision }) => commitsOf(repository, revision, source.path, signal))
      // What is declared may be gone: then a name is what is wanted.
      .catch(() => ({ commits: [], complete: false })),
  ]);
  signal.throwIfAborted();
  return { ...nothing, ...history, ...names };
}

async function namesIn(repository: Repository, signal: AbortSignal) {
  try {
    const names = (await repository.names?.(signal)) ?? [];
    const below = (prefix: string) =>
      names.flatMap(name => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])).slice(0, mostNames);
    // The newest version is the likeliest.
    return { branches: below('refs/heads/'), tags: below('refs/tags/').toSorted(byVersion) };
  } catch (error) {
    return { branches: [], tags: [], reason: asFailure(error).message };
  }
}

const versions = new Intl.Collator('en', { numeric: true });

function byVersion(a: string, b: string): number {
  return versions.compare(b, a);
}

/** Along the first parents: of a merge, what it was merged into. */
async function commitsOf(repository: Repository, revision: string, path: string, signal: AbortSignal) {
  const below = pathNames(path)?.join('/') ?? '';
  const stateAt = async (id: string) => {
    const tree = await repository.tree(id, signal);
    return below === '' ? tree.id : (await tree.entry(below))?.id;
  };
  const commits: CommitSummary[] = [];
  let present: string | undefined = revision;
  let state = await stateAt(revision);
  for (let step = 0; present !== undefined && step < mostSteps && commits.length < mostCommits; step++) {
    const { id, subject, author, email, at, parents } = await repository.commit(present, signal);
    const [parent] = parents;
    const before = parent === undefined ? undefined : await stateAt(parent);
    if (before !== state) commits.push({ id, subject, author, email, at });
    state = before;
    present = parent;
  }
  return { commits, complete: present === undefined };
}
