import { failure } from '../errors.ts';
import type { SourceType } from '../model/application.ts';
import type { Rendered } from '../model/resource.ts';
import type { Tree } from '../sources/tree.ts';
import { answerQuestion } from './answers.ts';
import { cachedResources, type Fresh, freshResources, isSecret, slices, withKeyedHashes } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import type { RenderCache, Variant } from './cache.ts';
import { replyFailure } from './failures.ts';
import { checkAllowed, fetchMissing, isImmutable, publicUrl } from './fetch.ts';
import type { RenderLanes } from './lanes.ts';
import { renderMessage, signatureOf } from './message.ts';
import type { Missing, Read, RenderMessage, Result } from './protocol.ts';
import { allHold, type Roots, rootsOf } from './reads.ts';
import type { Remote } from './remote.ts';
import type { RenderRequest } from './renderer.ts';

export interface ProgramRenderOptions {
  lanes: RenderLanes;
  cache: RenderCache;
  remote: Remote;
  budgets: Budgets;
  /** Tells one renderer program from another: results of another are not used. */
  identity: string;
}

interface Made extends Fresh {
  warnings: string[];
  reads: Read[];
  fetched: Missing[];
}

/** Renders what the renderer program can, from the cache where its inputs are as they were. */
export class ProgramRender {
  readonly #options: ProgramRenderOptions;

  constructor(options: ProgramRenderOptions) {
    this.#options = options;
  }

  async render(
    type: SourceType,
    request: RenderRequest,
    signal: AbortSignal,
  ): Promise<{ resources: Rendered[]; warnings: string[]; cached: boolean; reads: Read[]; forget(): void }> {
    const { budgets, cache, identity } = this.#options;
    const message = renderMessage(request, type, budgets);
    const signature = signatureOf(message, identity);
    const forget = () => cache.forget(signature);
    const roots = rootsOf(request);
    const hit = await cache.find(signature, variant => allHold(variant.reads, roots));
    if (hit !== undefined) {
      for (const url of hit.variant.remotes) checkAllowed(url, request);
      // Whoever wants a body later has no signal to give: the render's own deadline bounds it.
      const again = () => this.#make(signature, message, request, new AbortController().signal);
      const { warnings, reads } = hit.variant;
      return { resources: cachedResources(hit, again), warnings, cached: true, reads, forget };
    }
    const made = await this.#make(signature, message, request, signal);
    const heads = withKeyedHashes(made, cache);
    const bodies = slices(made).filter((_, i) => !isSecret(heads[i] ?? { group: '', kind: 'Secret' }));
    const variant: Variant = {
      reads: dependencies(made, request),
      remotes: made.fetched.map(need => publicUrl(need.url)),
      warnings: made.warnings,
      resources: heads.map(head => ({ ...head, withheld: isSecret(head) })),
    };
    cache.store(signature, variant, bodies);
    const { warnings, reads } = variant;
    return { resources: freshResources(heads, made), warnings, cached: false, reads, forget };
  }

  /** Renders, fetching what is missing between rounds. */
  async #make(signature: string, message: RenderMessage, request: RenderRequest, signal: AbortSignal): Promise<Made> {
    const { budgets, remote } = this.#options;
    const roots = new Map<string, Tree>(rootsOf(request));
    const fetched: Missing[] = [];
    for (let round = 0; round < budgets.rounds; round++) {
      const mounts = fetched.map((need, i) => ({ ...need, root: remoteRoot(i) }));
      const { result, bodies } = await this.#ask(signature, { ...message, mounts }, roots, signal);
      const missing = result.missing ?? [];
      if (missing.length === 0) {
        const { resources, warnings, reads } = result;
        return { resources: resources ?? [], bodies, warnings: warnings ?? [], reads: reads ?? [], fetched };
      }
      const trees = await Promise.all(
        missing.map(need => fetchMissing(need, request, remote, budgets.fileBytes, signal)),
      );
      for (const [i, tree] of trees.entries()) roots.set(remoteRoot(fetched.length + i), tree);
      fetched.push(...missing);
    }
    throw failure('RENDER_TOO_LARGE', { budget: 'rounds of fetching what it lacks', limit: budgets.rounds });
  }

  async #ask(
    signature: string,
    head: RenderMessage,
    roots: Roots,
    signal: AbortSignal,
  ): Promise<{ result: Result; bodies: Uint8Array }> {
    const { lanes } = this.#options;
    const answer = (question: Parameters<typeof answerQuestion>[0]) => answerQuestion(question, roots);
    const { head: reply, tail } = await lanes.request(signature, { head, tails: [], answer }, signal);
    if (reply.type === 'error') throw replyFailure(reply);
    if (reply.type === 'question') throw failure('INTERNAL', { reason: 'a question is no end' });
    // A copy: what came may lie in a much larger piece of the stream, which results would keep alive.
    return { result: reply, bodies: new Uint8Array(tail) };
  }
}

function remoteRoot(index: number): string {
  return `remote:${index}`;
}

/** What the result holds for. Something fetched under a name that may move is as old as the revision it was fetched for. */
function dependencies({ reads, fetched }: Made, { tree }: RenderRequest): Read[] {
  const own = reads.filter(read => !read.root.startsWith('remote:'));
  if (fetched.every(isImmutable)) return own;
  return [{ root: 'main', path: '', state: `t:${tree.id}` }, ...own];
}
