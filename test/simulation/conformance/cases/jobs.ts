import type { Case } from '../step.ts';
import { apply, create, get, jobs, podSpec, pods, remove, scalers } from './steps.ts';

const job = (fields: object = {}, container: object = {}) => ({
  spec: { ...fields, template: { spec: podSpec(container as Record<string, unknown>, { restartPolicy: 'Never' }) } },
});

/** Jobs, Pods and autoscalers. */
export const jobCases: Case[] = [
  {
    name: 'a Job',
    steps: [
      apply('holdfast', jobs, 'once', job()),
      {
        ...get(jobs, 'once'),
        until: ({ body }) => body.status.uncountedTerminatedPods !== undefined && body.status.active === 1,
      },
      apply('holdfast', jobs, 'once', job()),
      apply('holdfast', jobs, 'once', job({}, { image: 'web:2' }), {}, { compare: 'reason' }),
      apply('holdfast', jobs, 'once', job({ backoffLimit: 2 })),
      apply('holdfast', jobs, 'once', job({ completions: 5 }), {}, { compare: 'reason' }),
    ],
  },
  {
    name: 'Jobs of other makes',
    steps: [
      create(jobs, 'suspended', job({ suspend: true, parallelism: 2, completions: 4, ttlSecondsAfterFinished: 60 })),
      create(jobs, 'never', { spec: { template: { spec: podSpec() } } }),
      create(jobs, 'nothing', { spec: {} }, {}, { compare: 'reason' }),
      create(jobs, 'retried', job({ backoffLimit: 0, activeDeadlineSeconds: 5 })),
      { method: 'POST', path: jobs.path, body: { metadata: { generateName: 'hook-' }, ...job() } },
    ],
  },
  {
    name: 'a Job leaves its Pods behind unless told otherwise',
    steps: [
      create(jobs, 'once', job({ suspend: true })),
      { ...get(jobs, 'once'), until: ({ body }) => body.status.conditions !== undefined, compare: 'outline' },
      remove(jobs, 'once', undefined, { compare: 'outline' }),
      { ...get(jobs, 'once'), until: ({ status }) => status === 404 },
      create(jobs, 'twice', job({ suspend: true })),
      remove(jobs, 'twice', { propagationPolicy: 'Background' }),
    ],
  },
  {
    name: 'a Pod',
    steps: [
      create(pods, 'one', { spec: podSpec() }),
      apply('holdfast', pods, 'two', { spec: podSpec({}, { terminationGracePeriodSeconds: 0 }) }),
      remove(pods, 'one', { gracePeriodSeconds: 0 }),
    ].map(step => ({ ...step, compare: 'outline' as const })),
  },
  {
    name: 'an autoscaler',
    steps: [
      apply('holdfast', scalers, 'web', {
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
      }),
      apply('holdfast', scalers, 'two', {
        spec: {
          ...{
            minReplicas: 2,
            maxReplicas: 5,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          },
          metrics: [
            { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
          ],
        },
      }),
    ],
  },
];
