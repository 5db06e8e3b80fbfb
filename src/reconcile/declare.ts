import { createHash } from 'node:crypto';
import { readAnnotations } from '../dialects/annotations.ts';
import { permitsResource, permitsSource } from '../dialects/argo/project/rules.ts';
import { failure } from '../errors.ts';
import type { Application, Project } from '../model/application.ts';
import { type Lock, sameLock } from '../model/lock.ts';
import type { Desired, Rendered } from '../model/resource.ts';
import { describeResource } from '../model/resource.ts';
import type { RenderResult } from '../render/renderer.ts';
import type { Tree } from '../sources/tree.ts';
import type { Capabilities, Problem } from '../targets/target.ts';
import type { Locks } from './locks.ts';
import type { Services } from './services.ts';

/** What one application should be at one lock. */
export interface Declared {
  lock: Lock;
  /** Where it was rendered: from there to `lock` nothing that it was made from has changed. */
  renderedAt: Lock;
  /** Type of the first source, for people. */
  type: string;
  desired: Desired[];
  problems: Problem[];
  warnings: string[];
  /** What it was made from besides the lock; another one makes it stale. */
  basis: string;
  /** What is kept of its renders is not used again. */
  forget(): void;
  /** Whether all that was read is the same at another lock: then this is what is declared there, too. */
  holdsAt(lock: Lock, signal: AbortSignal): Promise<boolean>;
  /** Whether what differs between two trees of a source is something that this was made from. */
  touches: Touches;
}

export type Touches = (source: number, before: Tree, after: Tree) => Promise<boolean>;

/** Renders all sources of the application at the lock, and names what comes out of it. Throws what stands in the way. */
export async function declare(
  application: Application,
  lock: Lock,
  project: Project | undefined,
  services: Services,
  locks: Pick<Locks, 'tree'>,
  signal: AbortSignal,
): Promise<Declared> {
  const { target } = services;
  const capabilities = await target.capabilities(signal);
  const { rendered, warnings, type, forget, holdsAt, touches } = await renderSources(
    application,
    lock,
    project,
    services,
    locks,
    capabilities,
    signal,
  );
  const context = {
    application: application.name,
    namespace: application.destination.namespace,
    policy: application.policy,
  };
  warnings.push(...rendered.flatMap(one => ignoredWords(one, application)));
  const identified = await target.identify(rendered, context, signal);
  const kept = lastOfEach(identified.desired, warnings);
  const { desired, problems } = applyProjectRules(kept, identified.problems, project, target.server);
  const basis = basisOf(application, project, capabilities.hash);
  return { lock, renderedAt: lock, type, desired, problems, warnings, basis, forget, holdsAt, touches };
}

/** What the sources say, before the target has a word in it. */
export async function renderSources(
  application: Application,
  lock: Lock,
  project: Project | undefined,
  { renderer, place }: Pick<Services, 'renderer' | 'place'>,
  locks: Pick<Locks, 'tree'>,
  capabilities: Capabilities,
  signal: AbortSignal,
): Promise<Pick<Declared, 'warnings' | 'type' | 'forget' | 'holdsAt' | 'touches'> & { rendered: Rendered[] }> {
  const { trees, refs } = await treesOf(application, lock, locks, signal);
  const results: ({ index: number } & Pick<RenderResult, 'forget' | 'holds' | 'touches'>)[] = [];
  const rendered: Rendered[] = [];
  const warnings: string[] = [];
  let type = '';
  for (const [i, source] of application.sources.entries()) {
    if (source.path === '' && source.chart === undefined) continue; // Only there to be referred to.
    const result = await renderer.render(
      {
        application,
        environment: place.name,
        namespace: application.destination.namespace,
        source,
        revision: lockedSource(lock, i).revision,
        tree: trees[i] as Tree,
        refs,
        capabilities,
        // What a source fetches by itself has to be allowed by name: lockdown is the default.
        allowsRemote: url => project !== undefined && permitsSource(project, url),
      },
      signal,
    );
    if (type === '') type = result.type;
    results.push({ index: i, forget: result.forget, holds: result.holds, touches: result.touches });
    rendered.push(...result.resources);
    warnings.push(...result.warnings);
  }
  return {
    ...{ rendered, warnings, type },
    forget() {
      for (const result of results) result.forget();
    },
    async holdsAt(other, asked) {
      const now = await treesOf(application, other, locks, asked);
      for (const { index, holds } of results) if (!(await holds(now.trees[index] as Tree, now.refs))) return false;
      return true;
    },
    async touches(source, before, after) {
      const ref = application.sources[source]?.ref;
      for (const { index, touches } of results) {
        if (index === source && (await touches('main', before, after))) return true;
        if (ref !== undefined && (await touches(`ref:${ref}`, before, after))) return true;
      }
      return false;
    },
  };
}

async function treesOf({ sources }: Application, lock: Lock, locks: Pick<Locks, 'tree'>, signal: AbortSignal) {
  const trees = await Promise.all(sources.map((source, i) => locks.tree(source, lockedSource(lock, i), signal)));
  const refs = new Map<string, Tree>();
  sources.forEach((source, i) => {
    if (source.ref !== undefined) refs.set(source.ref, trees[i] as Tree);
  });
  return { trees, refs };
}

/** What annotations ask for that is not done: nothing is silently ignored. */
function ignoredWords({ id, annotations }: Rendered, { policy }: Application): string[] {
  return readAnnotations(annotations, policy).unsupported.map(word => `${describeResource(id)}: ${word}`);
}

function lockedSource(lock: Lock, index: number) {
  const source = lock.sources[index];
  if (source === undefined) throw failure('INTERNAL', { reason: `the lock has no source ${index}` });
  return source;
}

/** Applications are never changed in place, and most are the same for hours. */
const bases = new WeakMap<Application, { project: Project | undefined; capabilities: string; basis: string }>();

export function basisOf(application: Application, project: Project | undefined, capabilities: string): string {
  const known = bases.get(application);
  if (known?.project === project && known?.capabilities === capabilities) return known.basis;
  const basis = basisAnew(application, project, capabilities);
  bases.set(application, { project, capabilities, basis });
  return basis;
}

function basisAnew(application: Application, project: Project | undefined, capabilities: string): string {
  const { sources, destination, policy, name } = application;
  const rules = project === undefined ? null : { ...project, roles: undefined };
  return JSON.stringify([name, application.project, sources, destination, policy, rules, capabilities]);
}

export function isCurrent(declared: Declared | undefined, lock: Lock, basis: string): declared is Declared {
  return (
    declared !== undefined &&
    sameLock(declared.lock, lock) &&
    declared.basis === basis &&
    declared.problems.length === 0
  );
}

/** What a sync does, whatever the commit is called: two locks with the same work differ in name only. */
export function workOf({ policy, ignoreDifferences }: Application, desired: readonly Desired[]): string {
  const work = JSON.stringify([policy, ignoreDifferences, desired.map(({ key, body }) => [key, body.hash])]);
  return createHash('sha256').update(work).digest('base64url');
}

/** Two sources may render the same resource: the later one counts, as in Argo CD. */
function lastOfEach(desired: readonly Desired[], warnings: string[]): Desired[] {
  const byKey = new Map<string, Desired>();
  for (const one of desired) {
    if (byKey.has(one.key) && !one.generateName)
      warnings.push(`${describeResource(one.id)} is declared more than once; the last one counts`);
    byKey.set(one.generateName ? `${one.key} ${byKey.size}` : one.key, one);
  }
  return [...byKey.values()];
}

function applyProjectRules(desired: Desired[], problems: Problem[], project: Project | undefined, server: string) {
  const permitted: Desired[] = [];
  const refused = [...problems];
  for (const one of desired) {
    const refusal = permitsResource(project, one.id, server);
    if (refusal === undefined) permitted.push(one);
    // A namespace that nobody declares may be there already; what it is missed by says so.
    else if (one.implied !== true) refused.push({ id: one.id, message: refusal });
  }
  return { desired: permitted, problems: refused };
}
