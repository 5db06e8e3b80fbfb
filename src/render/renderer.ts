import type { Application, Source, SourceType } from '../model/application.ts';
import type { Rendered } from '../model/resource.ts';
import type { Tree } from '../sources/tree.ts';
import type { Capabilities } from '../targets/target.ts';

/** One source of an application at its locked revision, ready to be rendered. */
export interface RenderRequest {
  application: Pick<Application, 'name' | 'project'>;
  /** Name of the environment, part of the mark that resources get. */
  environment: string;
  namespace: string;
  source: Source;
  /** What `source` resolved to. */
  revision: string;
  tree: Tree;
  /** Trees of the sources with a `ref`, by that name: what `$name/path` in value files means. */
  refs: ReadonlyMap<string, Tree>;
  capabilities: Capabilities;
  /** Whether a URL that the source itself names (remote base, chart dependency) may be fetched: source policy. */
  allowsRemote(url: string): boolean;
}

export interface RenderResult {
  type: SourceType;
  resources: Rendered[];
  /** Worth a person's attention, but no reason to stop. */
  warnings: string[];
  /** From the cache: nothing was rendered. */
  cached: boolean;
  /** Whether rendering these trees instead would read the very same: then it need not be done. `false` when it may not. */
  holds(tree: Tree, refs: ReadonlyMap<string, Tree>): Promise<boolean>;
  /** What is kept of it is not used again: the next render finds out anew. */
  forget(): void;
  /** Whether what differs between two trees is something that was read: of the source itself (`main`), or of `ref:NAME`. */
  touches(root: string, before: Tree, after: Tree): Promise<boolean>;
}

/** Turns a locked source into resources. Throws RENDER_… errors; fault `user` when the same input would fail again. */
export interface Renderer {
  render(request: RenderRequest, signal: AbortSignal): Promise<RenderResult>;
  close(): Promise<void>;
}
