import type { Phase } from '../model/resource.ts';
import type { StepResult, Sync } from '../model/status.ts';
import type { Span } from '../telemetry/tracing/span.ts';
import { startPart } from '../telemetry/tracing/tracer.ts';

/** Words of the conventions: https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/ */
const results = {
  succeeded: 'success',
  failed: 'failure',
  skipped: 'skip',
  superseded: 'cancellation',
  running: 'cancellation',
};

/** One sync as a span, with one for each of its waves and hooks; what is written is an event of its wave. */
export interface SyncTrace {
  wave(phase: Phase, wave: number): void;
  result(result: StepResult): void;
  end(sync: Sync): void;
}

/** Undefined where no trace is under way. */
export function startSyncTrace(sync: Sync, environment: string): SyncTrace | undefined {
  const whole = startPart('sync', () => ({ kind: 'server', attributes: aboutSync(sync, environment) }));
  return whole && syncTrace(whole, sync.id);
}

function syncTrace(whole: Span, id: string): SyncTrace {
  const hooks = new Map<string, Span>();
  /** A hook says more than once how it ended. */
  const ended = new Set<string>();
  let current: Span | undefined;
  const taskOf = (name: string, task: string, phase: Phase, parent: Span) =>
    parent.part(name, {
      'cicd.pipeline.task.name': task,
      'cicd.pipeline.task.run.id': `${id}/${task}`,
      'holdfast.phase': phase,
    });

  function hookResult({ key, phase, result, message }: StepResult): void {
    const name = `${phase} ${key}`;
    if (ended.has(name)) return;
    const span = hooks.get(name) ?? taskOf('hook', key, phase, current ?? whole);
    hooks.set(name, span);
    if (result === 'running') return;
    hooks.delete(name);
    ended.add(name);
    finish(span, result, message);
  }

  function endWave(result: Sync['result']): void {
    if (current !== undefined && !current.hasFailed) finish(current, result, '');
    current?.end();
    current = undefined;
  }

  return {
    wave(phase, wave) {
      endWave('succeeded');
      current = taskOf('wave', `${phase} ${wave}`, phase, whole);
      current.set({ 'holdfast.wave': wave });
    },
    result(result) {
      const { key, action, message } = result;
      if (action === 'run') return hookResult(result);
      const isFailed = result.result === 'failed';
      const said = isFailed ? { 'exception.message': message } : {};
      const about = { 'holdfast.resource': key, 'holdfast.action': action, 'holdfast.result': result.result };
      (current ?? whole).event('resource', { ...about, ...said });
      if (isFailed) current?.failBecause('step_failed', `${key}: ${message}`);
      if (isFailed) current?.set({ 'cicd.pipeline.task.run.result': 'failure' });
    },
    end({ result, message }) {
      for (const span of hooks.values()) finish(span, 'running', '');
      endWave(result);
      whole.set({ 'cicd.pipeline.result': results[result] });
      if (result === 'failed') whole.failBecause('sync_failed', message);
      whole.end();
    },
  };
}

function aboutSync({ id, application, revision, startedBy, reason, attempt, lock, waves }: Sync, environment: string) {
  const repository = lock.sources[0]?.repoURL;
  return {
    'cicd.pipeline.name': application,
    'cicd.pipeline.run.id': id,
    'cicd.pipeline.action.name': 'SYNC',
    'deployment.environment.name': environment,
    'vcs.ref.head.revision': revision === '' ? undefined : revision,
    'vcs.repository.url.full': repository === undefined || repository === '' ? undefined : repository,
    'holdfast.sync.started_by': startedBy,
    'holdfast.sync.reason': reason,
    'holdfast.sync.attempt': attempt,
    'holdfast.sync.steps': waves?.reduce((sum, { steps }) => sum + steps, 0),
  };
}

function finish(span: Span, result: StepResult['result'] | Sync['result'], message: string): void {
  span.set({ 'cicd.pipeline.task.run.result': results[result] });
  if (result === 'failed') span.failBecause('task_failed', message);
  span.end();
}
