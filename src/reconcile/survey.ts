import { eachLimited } from '../apply/limit.ts';
import { asFailure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { Comparison } from '../model/plan.ts';
import type { Desired, ResourceKey } from '../model/resource.ts';
import { compare } from '../plan/compare.ts';
import { hooksOf, syncPhases } from '../plan/hooks.ts';
import { ignoredFor } from '../plan/ignore.ts';
import type { ApplyContext, Preview } from '../targets/target.ts';
import { outside } from '../telemetry/tracing/tracer.ts';
import type { Declared } from './declare.ts';
import type { Reconciling } from './services.ts';

const concurrentPreviews = 8;

/** What was found out about one live state of a suspect: asked once, kept while that state lasts. */
export type Findings = Map<ResourceKey, { state: string; hash: string; preview: Preview }>;

export interface Survey {
  rows: Comparison[];
  complete: boolean;
  /** Why not complete. */
  reason: string;
}

export interface SurveyInput {
  application: Application;
  declared: Declared;
  services: Reconciling;
  findings: Findings;
  /** Drift that will be healed at once is not examined first: the field managers show it already, the write repairs it. */
  healsAtOnce: boolean;
  /** A sync is under way: what it has just written may be seen before it is remembered, so nothing is a suspect. */
  busy: boolean;
  /** Since Holdfast started: the store may be an older copy, or from a version that hashes otherwise, so whatever is not as remembered is examined before it is written. */
  isFirst: boolean;
  signal: AbortSignal;
}

/**
 * Compares what is declared with what the target shows from memory; suspects are confirmed by one dry-run each.
 * What turns out to be as declared is remembered as applied: this is how a new store adopts what runs, without a write.
 */
export async function survey(input: SurveyInput): Promise<Survey> {
  const { application, declared, services } = input;
  const uncovered = await cover(input);
  const applied = services.store.applied(application.name);
  const observation = services.target.observe(
    application.name,
    declared.desired.map(({ key }) => key),
  );
  const rows = compare({
    application: application.name,
    desired: declared.desired,
    live: observation.live,
    complete: observation.complete && uncovered === undefined,
    applied,
    refused: declared.problems.map(({ id }) => id),
  });
  const isOurs = [...observation.live.values()].some(({ owner }) => owner === application.name);
  // A sync that was cut short is remembered before it writes anything: then the store is none that was lost.
  const isLost = applied.size === 0 && services.store.history(application.name, 1).length === 0;
  if (isOurs && isLost && !input.busy) rememberHooks(input);
  const suspects = rows.filter(row => isSuspect(row, input));
  await eachLimited(suspects, concurrentPreviews, row => confirm(row, input));
  forgetOthers(input.findings, suspects);
  return { rows, complete: observation.complete && uncovered === undefined, reason: uncovered ?? observation.reason };
}

/** With the store lost, nothing in the target says which hooks have run: as what they prepared is there, all of them have. */
function rememberHooks({ application, declared, services }: SurveyInput): void {
  const ran = hooksOf(declared.desired, syncPhases).map(({ key, body }) => ({
    key,
    uid: '',
    hash: body.hash,
    fingerprint: '',
  }));
  services.store.setApplied(application.name, ran);
}

/** Answers why the target cannot be seen well enough, when it cannot. */
async function cover({ application, declared, services, signal }: SurveyInput): Promise<string | undefined> {
  try {
    await outside(() => services.target.cover(application.name, declared.desired, signal));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return asFailure(error).message;
  }
}

function isSuspect({ state, desired, live }: Comparison, input: SurveyInput): boolean {
  const { application, healsAtOnce, busy, isFirst } = input;
  if (desired === undefined || live === undefined || live.deleting || busy) return false;
  if (state === 'unseen' || (isFirst && state !== 'equal')) return true;
  return state === 'changed' && (!healsAtOnce || ignoredFor(application.ignoreDifferences, desired.id).length > 0);
}

async function confirm(row: Comparison, input: SurveyInput): Promise<void> {
  const { desired, live } = row;
  if (desired === undefined || live === undefined) return;
  try {
    const preview = await examine(row, desired, input);
    if (preview.changes.length === 0) {
      row.state = 'equal';
      delete row.drift;
      const applied = { key: row.key, uid: preview.uid, hash: desired.body.hash, fingerprint: preview.fingerprint };
      input.services.store.setApplied(input.application.name, [applied]);
      return;
    }
    if (row.state === 'pending') return;
    const by = preview.by ?? live.lastChange;
    // Never applied by what we remember: Git asks for it, whoever made it so.
    if (row.state === 'unseen') row.state = 'pending';
    row.drift = { kind: 'changed', changes: preview.changes, ...(by === undefined ? {} : { by }) };
  } catch (error) {
    input.signal.throwIfAborted();
    input.services.env.log.debug('A suspect could not be examined', { key: row.key, reason: asFailure(error).message });
    if (row.state === 'unseen') row.state = 'pending';
  }
}

async function examine(row: Comparison, desired: Desired, input: SurveyInput): Promise<Preview> {
  // Somebody may change once more what was changed already: then the author is another, or the time.
  const state = JSON.stringify([row.live?.uid, row.live?.fingerprint, row.live?.lastChange]);
  const known = input.findings.get(row.key);
  if (known?.state === state && known.hash === desired.body.hash) return known.preview;
  const context = contextOf(input.application, input.services);
  const preview = await input.services.target.preview(desired, row.live, context, input.signal);
  input.findings.set(row.key, { state, hash: desired.body.hash, preview });
  return preview;
}

function forgetOthers(findings: Findings, suspects: readonly Comparison[]): void {
  if (findings.size === 0) return;
  const keys = new Set(suspects.map(({ key }) => key));
  for (const key of findings.keys()) if (!keys.has(key)) findings.delete(key);
}

export function contextOf(
  application: Application,
  services: Pick<Reconciling, 'contents' | 'permitFor'>,
): ApplyContext {
  return {
    application: application.name,
    namespace: application.destination.namespace,
    policy: application.policy,
    ignoreDifferences: application.ignoreDifferences,
    contents: services.contents,
    permit: services.permitFor(application),
  };
}
