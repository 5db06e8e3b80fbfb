/** What one source resolved to: an immutable identity, never a moving name. */
export interface LockedSource {
  repoURL: string;
  /** Commit id, or `sha256:` digest of a chart. */
  revision: string;
  /** Chart version, tag or branch it was resolved from, for people. */
  from: string;
}

/** All revisions of one application, resolved at one instant. In the order of `Application.sources`. */
export interface Lock {
  sources: LockedSource[];
}

/** Of a source in Git; a chart is no commit, and has no author to name. */
export function isCommit({ revision }: LockedSource): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Short for status and history: the first source's revision (the one that carries the manifests). */
export function mainRevision(lock: Lock): string {
  return lock.sources[0]?.revision ?? '';
}

export function sameLock(a: Lock, b: Lock): boolean {
  return (
    a.sources.length === b.sources.length &&
    a.sources.every(
      (source, i) => source.revision === b.sources[i]?.revision && source.repoURL === b.sources[i]?.repoURL,
    )
  );
}

/** Name of the whole lock, for comparing and remembering: all revisions, in their order. */
export function lockId(lock: Lock): string {
  return lock.sources.map(({ revision }) => revision).join('+');
}
