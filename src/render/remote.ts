import type { Tree } from '../sources/tree.ts';

/** A chart in a Helm repository (`https://…`) or an OCI registry (`oci://…`). */
export interface ChartReference {
  /** As written in the source: a Helm repository's URL, or `oci://registry/path` without the chart's name. */
  repoURL: string;
  name: string;
  /** Exact version or semver range. */
  version: string;
  /** `sha256:…` of the archive that this must be, where it is locked: then the repository is asked for nothing it is known for. */
  digest?: string;
}

export interface RemoteChart {
  /** The unpacked chart: `Chart.yaml` lies at the tree's root. */
  tree: Tree;
  /** `sha256:…` of the archive that was unpacked. */
  digest: string;
  /** The exact version that the range came to. */
  version: string;
}

export interface RemoteRepository {
  tree: Tree;
  commit: string;
}

/**
 * What a render lacks in its own tree, and names: chart dependencies and remote Kustomize bases. Called only for URLs that
 * the request's source policy allows. Equal questions at the same time should share one answer; errors of any kind make the
 * render fail with them, so they should say whose fault it is (SOURCE_…, GIT_…, NET_…).
 */
export interface Remote {
  chart(reference: ChartReference, signal: AbortSignal): Promise<RemoteChart>;
  /** `revision` is a branch, tag or commit; '' means HEAD. `url` is what Git takes: `https://host/path`, without Kustomize's `//path?ref=`. */
  repository(url: string, revision: string, signal: AbortSignal): Promise<RemoteRepository>;
  /** One file at an `https://` URL: a resource of a kustomization, or a Helm values file. Redirects go only where source policy allows. */
  file(url: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}
