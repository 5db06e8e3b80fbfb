import type { ApplicationStatus } from '../model/status.ts';
import type { Span } from '../telemetry/tracing/span.ts';
import { outside } from '../telemetry/tracing/tracer.ts';
import type { Controller } from './controller.ts';
import type { QueueOptions } from './queue.ts';

/** A look that takes longer is shown whatever it finds. */
const slowMs = 1_000;

type Work = (name: string, signal: AbortSignal, isHint: boolean) => Promise<void>;

/**
 * Each look at an application as a span: of the trace that led to it, or of one of its own. Most looks have no occasion and find
 * nothing new: those leave no trace. Without a tracer this is the work itself.
 */
export function tracedWork(controller: Controller, work: Work): QueueOptions['work'] {
  const { tracer, env, place } = controller.services;
  if (tracer === undefined) return work;
  return async (name, signal, isHint, cause) => {
    // The queue works on it in the turn of whoever was there: that is not why.
    if (isHint && cause === undefined) return await outside(() => work(name, signal, isHint));
    if (isHint && cause !== undefined) return await tracer.within(cause, () => work(name, signal, isHint));
    const before = controller.find(name)?.status;
    const beganAt = env.clock.monotonic();
    const attributes = { 'cicd.pipeline.name': name, 'deployment.environment.name': place.name };
    const looked = async (span: Span) => {
      await work(name, signal, isHint);
      const now = controller.find(name)?.status;
      if (now === undefined) span.set({ 'holdfast.gone': true });
      else describe(span, now);
      const isSlow = env.clock.monotonic() - beganAt >= slowMs;
      if (cause === undefined && !isSlow && wasQuiet(before, now)) span.discard();
    };
    if (cause === undefined) await tracer.maybe('reconcile', { attributes }, looked);
    else await tracer.span('reconcile', cause, { attributes }, looked);
  };
}

function describe(span: Span, status: ApplicationStatus): void {
  const { sync, health, source, project } = status;
  span.set({
    'holdfast.project': project,
    'holdfast.sync.status': sync.status,
    'holdfast.health.status': health.status,
    'vcs.repository.url.full': source.repoURL === '' ? undefined : source.repoURL,
    'vcs.ref.head.revision': sync.revision === '' ? undefined : sync.revision,
  });
  if (sync.status === 'Unknown') span.failBecause('unknown', sync.message);
}

function wasQuiet(before: ApplicationStatus | undefined, now: ApplicationStatus | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  const words = ({ sync, health, operation }: ApplicationStatus) =>
    [sync.status, sync.revision, health.status, operation?.id, operation?.result].join(' ');
  return words(before) === words(now);
}
