import { join } from 'node:path';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import { realEnv } from '../../../src/env/real.ts';
import type { Source } from '../../../src/model/application.ts';
import type { Budgets } from '../../../src/render/budgets.ts';
import { createRenderer } from '../../../src/render/create.ts';
import type { JsonQueries } from '../../../src/render/queries.ts';
import type { Remote } from '../../../src/render/remote.ts';
import type { Renderer, RenderRequest, RenderResult } from '../../../src/render/renderer.ts';
import type { Tree } from '../../../src/sources/tree.ts';
import { temporaryDirectory } from '../../world/directory.ts';

export const noRemote: Remote = {
  chart: () => Promise.reject(new Error('no chart was to be fetched')),
  repository: () => Promise.reject(new Error('no repository was to be fetched')),
  file: () => Promise.reject(new Error('no file was to be fetched')),
};

export interface TestRenderer extends Renderer {
  queries: JsonQueries;
  cacheDirectory: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The real renderer with a cache of its own, gone when it is disposed of. */
export async function testRenderer(
  options: {
    remote?: Remote;
    budgets?: Partial<Budgets>;
    cacheDirectory?: string;
    env?: ReturnType<typeof realEnv>;
  } = {},
): Promise<TestRenderer> {
  const program = await buildGo(programs.renderer);
  const directory = await temporaryDirectory('render');
  const cacheDirectory = options.cacheDirectory ?? join(directory.path, 'cache');
  const { env = realEnv(), remote = noRemote, budgets = {} } = options;
  const renderer = await createRenderer({ env, program, cacheDirectory, remote, budgets });
  return {
    ...renderer,
    cacheDirectory,
    async [Symbol.asyncDispose]() {
      await renderer.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

export function requestFor(tree: Tree, source: Partial<Source>, more: Partial<RenderRequest> = {}): RenderRequest {
  return {
    environment: '',
    application: { name: 'shop', project: 'default' },
    namespace: 'store',
    source: { repoURL: '', path: 'app', targetRevision: '', ...source },
    revision: '0123456789abcdef0123456789abcdef01234567',
    tree,
    refs: new Map(),
    capabilities: { kubeVersion: '', apiVersions: [], hash: '' },
    allowsRemote: () => false,
    ...more,
  };
}

export const never = new AbortController().signal;

export async function manifestsOf(result: RenderResult): Promise<Record<string, unknown>[]> {
  return await Promise.all(result.resources.map(async resource => JSON.parse(await resource.body.reveal())));
}

/** The code and text that a render ends with. */
export async function endOf(render: Promise<unknown>): Promise<{ code: string; message: string }> {
  return await render.then(
    () => ({ code: 'none', message: '' }),
    (error: { code?: string; message: string }) => ({ code: error.code ?? 'foreign', message: error.message }),
  );
}
