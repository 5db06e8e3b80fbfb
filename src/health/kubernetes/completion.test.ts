import { expect, test } from 'vitest';
import { type Completion, completionOf } from './completion.ts';

const conditions = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });

test.each<[string, string, Record<string, unknown>, Completion | undefined]>([
  ['batch', 'Job', {}, 'running'],
  ['batch', 'Job', conditions('SuccessCriteriaMet'), 'running'],
  ['batch', 'Job', conditions('Complete'), 'succeeded'],
  ['batch', 'Job', conditions('Failed'), 'failed'],
  ['', 'Pod', { spec: { restartPolicy: 'Never' } }, 'running'],
  ['', 'Pod', { spec: { restartPolicy: 'Never' }, status: { phase: 'Running' } }, 'running'],
  ['', 'Pod', { spec: { restartPolicy: 'OnFailure' }, status: { phase: 'Succeeded' } }, 'succeeded'],
  ['', 'Pod', { spec: { restartPolicy: 'Never' }, status: { phase: 'Failed' } }, 'failed'],
  ['', 'Pod', { spec: { restartPolicy: 'Always' }, status: { phase: 'Running' } }, undefined],
  ['argoproj.io', 'Workflow', { status: { phase: 'Running' } }, 'running'],
  ['argoproj.io', 'Workflow', { status: { phase: 'Succeeded' } }, 'succeeded'],
  ['argoproj.io', 'Workflow', { status: { phase: 'Error' } }, 'failed'],
  ['', 'ConfigMap', {}, undefined],
  ['apps', 'Deployment', {}, undefined],
])('%s/%s %j is %s', (group, kind, object, completion) => {
  expect(completionOf(object, { group, kind })).toBe(completion);
});
