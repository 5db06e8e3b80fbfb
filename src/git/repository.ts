import type { Tree } from '../sources/tree.ts';
import type { Propose } from './push.ts';

export interface Commit {
  id: string;
  /** Commits that it follows; more than one of a merge. */
  parents: string[];
  author: string;
  email: string;
  /** Name and address of whoever made the commit of the author's change; the same, most often. */
  committer: string;
  /** Further authors and reviewers, as the trailers of the message name them. */
  coAuthors: string[];
  reviewers: string[];
  signedOff: string[];
  /** Milliseconds since 1970, of the commit. */
  at: number;
  subject: string;
}

/** One bare mirror of one remote repository, shared by all its applications. */
export interface Repository {
  readonly url: string;
  /**
   * One ref check (protocol v2 `ls-refs` with prefixes), and one fetch when something wanted moved. Calls at the same time share one.
   * Throws GIT_… errors; what was known stays usable.
   */
  refresh(signal: AbortSignal): Promise<void>;
  /** Grows whenever the mirror has come to know something new, whoever asked for it: so that nobody can miss it. */
  readonly generation: number;
  /** Monotonic ms: since when the mirror knows what it knows; negative infinity before it knows anything. */
  readonly movedAt: number;
  /** When the remote was last seen to be as the mirror is; undefined: never in this run. */
  readonly checkedAt: number | undefined;
  /**
   * Branch, tag, full or short commit id, `HEAD`, semver range (newest tag that fits) → commit id, as of the last refresh; no network,
   * except once for a commit that the mirror lacks. Throws GIT_REVISION_NOT_FOUND.
   */
  resolve(revision: string, options: { tagPrefix?: string }, signal: AbortSignal): Promise<string>;
  tree(commit: string, signal: AbortSignal): Promise<Tree>;
  commit(id: string, signal: AbortSignal): Promise<Commit>;
  /** All branches and tags of the remote, `refs/heads/main`: by a question to it. Undefined: it has none. */
  names?(signal: AbortSignal): Promise<string[]>;
  /** True when `ancestor` is in the history of `descendant`. */
  isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Pushes a commit on a branch of its own, where there is none of that name yet. Undefined: there is nobody to propose it to. Throws
   * GIT_PUSH_REFUSED.
   */
  propose?: Propose;
  close(): Promise<void>;
}
