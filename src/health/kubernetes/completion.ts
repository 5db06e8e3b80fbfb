import { condition, type Kind, type KubeFields, textAt } from './fields.ts';

export type Completion = 'running' | 'succeeded' | 'failed';

/** Where it is, for what runs to an end; undefined for all that does not. */
export function completionOf(object: KubeFields, { group, kind }: Kind): Completion | undefined {
  const rule = rules[`${group}/${kind}`];
  return rule?.(object);
}

const phases: Record<string, Completion> = {
  Succeeded: 'succeeded',
  Skipped: 'succeeded',
  Omitted: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
};

const byPhase = (object: KubeFields): Completion => {
  const phase = textAt(object, 'status', 'phase');
  return (Object.hasOwn(phases, phase) ? phases[phase] : undefined) ?? 'running';
};

const rules: Record<string, ((object: KubeFields) => Completion | undefined) | undefined> = {
  'batch/Job': object => {
    if (condition(object, 'Failed')?.status === 'True') return 'failed';
    return condition(object, 'Complete')?.status === 'True' ? 'succeeded' : 'running';
  },
  // Pods that are restarted for ever do not end.
  '/Pod': object => (textAt(object, 'spec', 'restartPolicy') === 'Always' ? undefined : byPhase(object)),
  'argoproj.io/Workflow': byPhase,
};
