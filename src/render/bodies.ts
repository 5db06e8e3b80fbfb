import { hash } from 'node:crypto';
import { Body, type Rendered } from '../model/resource.ts';
import type { Hit, RenderCache } from './cache.ts';
import type { ResourceHead } from './protocol.ts';

/** A result as it came from the renderer: heads, and bodies one after another. */
export interface Fresh {
  resources: readonly ResourceHead[];
  bodies: Uint8Array;
}

/** Secrets: their bodies are never written down, and their hashes only keyed. */
export function isSecret({ group, kind }: { group: string; kind: string }): boolean {
  return group === '' && kind === 'Secret';
}

/** Each resource's bytes, in order. */
export function slices({ resources, bodies }: Fresh): Uint8Array[] {
  let at = 0;
  return resources.map(({ length }) => {
    at += length;
    return bodies.subarray(at - length, at);
  });
}

/** The heads with keyed hashes in the place of those that would allow to guess. */
export function withKeyedHashes(fresh: Fresh, cache: RenderCache): ResourceHead[] {
  const bodies = slices(fresh);
  return fresh.resources.map((head, i) =>
    isSecret(head) ? { ...head, hash: cache.keyedHash(bodies[i] ?? new Uint8Array()) } : head,
  );
}

export function freshResources(heads: readonly ResourceHead[], fresh: Fresh): Rendered[] {
  const bodies = slices(fresh);
  return heads.map((head, i) => rendered(head, () => Buffer.from(bodies[i] ?? []).toString('utf8')));
}

/**
 * Resources of a result in the cache. Bodies are loaded when somebody wants one; what is withheld or lost is rendered
 * again, once for all of them.
 */
export function cachedResources({ variant, bodies }: Hit, again: () => Promise<Fresh>): Rendered[] {
  const stored = onceWell(bodies);
  const anew = onceWell(async () => bodiesByName(await again()));
  const renderAgain = async (head: ResourceHead) => {
    const body = (await anew()).get(nameOf(head));
    if (body === undefined) throw new Error(`${head.kind} ${head.name} was not rendered again`);
    return body;
  };
  let at = 0;
  return variant.resources.map(head => {
    if (head.withheld) return rendered(head, () => renderAgain(head));
    const start = at;
    at += head.length;
    return rendered(head, async () => {
      const body = (await stored())?.subarray(start, start + head.length);
      const intact = body !== undefined && hash('sha256', body, 'hex') === head.hash;
      return intact ? Buffer.from(body).toString('utf8') : await renderAgain(head);
    });
  });
}

/** Shares one run of the work, now and later; one that failed is not the last word. */
function onceWell<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  return async () => {
    running ??= work();
    const mine = running;
    try {
      return await mine;
    } catch (error) {
      if (running === mine) running = undefined;
      throw error;
    }
  };
}

function bodiesByName(fresh: Fresh): Map<string, string> {
  const bodies = slices(fresh);
  return new Map(fresh.resources.map((head, i) => [nameOf(head), Buffer.from(bodies[i] ?? []).toString('utf8')]));
}

function nameOf({ group, kind, namespace, name }: ResourceHead): string {
  return [group, kind, namespace, name].join('\0');
}

function rendered(head: ResourceHead, load: () => string | Promise<string>): Rendered {
  const { group, kind, namespace, name, version, annotations, generateName, defines, hash } = head;
  return {
    id: { group, kind, namespace, name },
    version,
    body: new Body(hash, load),
    annotations,
    ...(generateName ? { generateName } : {}),
    ...(defines ? { defines } : {}),
  };
}
