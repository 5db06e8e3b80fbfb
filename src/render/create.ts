import { detectType } from '../dialects/detect/type.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { SourceType } from '../model/application.ts';
import type { Rendered } from '../model/resource.ts';
import { type Budgets, defaultBudgets } from './budgets.ts';
import { namesRevision } from './build-environment.ts';
import { RenderCache } from './cache.ts';
import { RenderLanes } from './lanes.ts';
import { renderAppSpec } from './machine/appspec.ts';
import { renderProcfile } from './machine/procfile.ts';
import { withOverrides } from './overrides.ts';
import { ProgramRender } from './program.ts';
import type { Read } from './protocol.ts';
import { type JsonQueries, jsonQueries } from './queries.ts';
import { allHold, differs, directoryState, readsOutside, rootsOf } from './reads.ts';
import type { Remote } from './remote.ts';
import type { Renderer, RenderRequest, RenderResult } from './renderer.ts';

export interface RendererOptions {
  env: Env;
  /** Path of the renderer program (scripts/build-go.ts makes it). */
  program: string;
  /** Holdfast's own; may be lost at any time. */
  cacheDirectory: string;
  remote: Remote;
  budgets?: Partial<Budgets>;
}

type Render = (
  request: RenderRequest,
  signal: AbortSignal,
) => Promise<{
  resources: Rendered[];
  warnings: string[];
  cached?: boolean;
  /** What was read; without it, nothing outside of the source's directory was. */
  reads?: readonly Read[];
  /** Where results are kept. */
  forget?(): void;
}>;

/** The renderer, and the queries that the same program answers. The program starts with the first render that the cache cannot answer. */
export async function createRenderer(options: RendererOptions): Promise<Renderer & { queries: JsonQueries }> {
  const { env, program } = options;
  const budgets = { ...defaultBudgets, ...options.budgets };
  const stat = await env.files.stat(program);
  if (stat === undefined) throw failure('RENDER_UNAVAILABLE', { reason: `there is no program ${program}` });
  const cache = await RenderCache.open(env, options.cacheDirectory, budgets.cacheBytes);
  const lanes = new RenderLanes(env, program, budgets);
  const identity = `${program} ${stat.size} ${stat.modifiedAt}`;
  const inProgram = new ProgramRender({ lanes, cache, remote: options.remote, budgets, identity });
  const byProgram =
    (type: SourceType): Render =>
    (request, signal) =>
      inProgram.render(type, request, signal);
  const renders: Record<SourceType, Render> = {
    directory: byProgram('directory'),
    jsonnet: byProgram('jsonnet'),
    kustomize: byProgram('kustomize'),
    helm: byProgram('helm'),
    procfile: renderProcfile,
    appspec: renderAppSpec,
  };
  return {
    queries: jsonQueries(lanes.quick, budgets.queryMilliseconds),
    async render(asked, signal) {
      signal.throwIfAborted();
      const request = { ...asked, source: await withOverrides(asked) };
      const type = request.source.type ?? (await detectType(request.tree, request.source.path));
      const {
        resources,
        warnings,
        cached = false,
        reads = [],
        forget = () => {},
      } = await renders[type](request, signal);
      const { path } = request.source;
      const directory = await directoryState(request.tree, path);
      const others = readsOutside(reads, path);
      const bound = namesRevision(request);
      const holds: RenderResult['holds'] = async (tree, refs) =>
        !bound && (await directoryState(tree, path)) === directory && (await allHold(others, rootsOf({ tree, refs })));
      const touches: RenderResult['touches'] = async (root, before, after) =>
        await differs(others, root, root === 'main' ? path : undefined, before, after);
      return { type, resources, warnings, cached, forget, holds, touches };
    },
    async close() {
      await lanes.close();
      await cache.flush();
    },
  };
}
