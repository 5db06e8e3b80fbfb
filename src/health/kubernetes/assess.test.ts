import { describe, expect, test } from 'vitest';
import type { HealthStatus } from '../../model/resource.ts';
import { assessHealth } from './assess.ts';

type Case = [title: string, object: Record<string, unknown>, status: HealthStatus, message?: string | RegExp];

const seen = { metadata: { generation: 2 }, status: { observedGeneration: 2 } };
const condition = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });
const withConditions = (...conditions: object[]) => ({ status: { conditions } });

function workload(spec: object, status: object) {
  return { metadata: { generation: 2 }, spec, status: { observedGeneration: 2, ...status } };
}

function container(name: string, fields: object) {
  return { name, restartCount: 3, ...fields };
}

const cases: Record<string, Case[]> = {
  'apps/Deployment': [
    ['new', { metadata: { generation: 1 }, spec: {} }, 'Progressing', /has not seen/],
    ['changed', { metadata: { generation: 3 }, status: { observedGeneration: 2 } }, 'Progressing', /has not seen/],
    ['paused', workload({ paused: true }, {}), 'Suspended', /paused/],
    ['rolled out', workload({ replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'Healthy'],
    ['of no replicas', workload({ replicas: 0 }, {}), 'Healthy'],
    ['of one replica by default', workload({}, { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), 'Healthy'],
    [
      'not updated',
      workload({ replicas: 2 }, { replicas: 2, updatedReplicas: 1, availableReplicas: 2 }),
      'Progressing',
      '1 of 2 replicas are of the new version',
    ],
    [
      'with old replicas',
      workload({ replicas: 2 }, { replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
      'Progressing',
      /1 replicas of the old/,
    ],
    [
      'not available',
      workload({ replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
      'Progressing',
      '1 of 2 replicas are available',
    ],
    [
      'stuck',
      workload({}, { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'too late')] }),
      'Degraded',
      /stuck: too late/,
    ],
    [
      'over quota',
      workload({}, { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota')] }),
      'Degraded',
      /exceeded quota/,
    ],
    [
      'being deleted',
      { metadata: { deletionTimestamp: 'now', finalizers: ['x/y'] } },
      'Progressing',
      /deleted, held by x\/y/,
    ],
    ['with nonsense for a status', { metadata: 3, status: [], spec: 'x' }, 'Progressing'],
  ],
  'apps/StatefulSet': [
    ['new', { spec: {} }, 'Progressing', /has not seen/],
    ['ready', workload({ replicas: 1 }, { readyReplicas: 1, updateRevision: 'a', currentRevision: 'a' }), 'Healthy'],
    ['not ready', workload({ replicas: 2 }, { readyReplicas: 1 }), 'Progressing', '1 of 2 replicas are ready'],
    [
      'rolling',
      workload({ replicas: 1 }, { readyReplicas: 1, updatedReplicas: 0, updateRevision: 'b', currentRevision: 'a' }),
      'Progressing',
      /new version/,
    ],
    [
      'updated by hand',
      workload(
        { replicas: 1, updateStrategy: { type: 'OnDelete' } },
        { readyReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      ),
      'Healthy',
    ],
    [
      'rolled to its partition',
      workload(
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { readyReplicas: 3, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      ),
      'Healthy',
    ],
    [
      'rolling to its partition',
      workload(
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { readyReplicas: 3, updatedReplicas: 0 },
      ),
      'Progressing',
      '0 of 1 replicas are of the new version',
    ],
  ],
  'apps/DaemonSet': [
    ['new', { spec: {} }, 'Progressing', /has not seen/],
    [
      'everywhere',
      workload({}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
      'Healthy',
    ],
    ['on no node', workload({}, { desiredNumberScheduled: 0 }), 'Healthy'],
    [
      'rolling',
      workload({}, { desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
      'Progressing',
      '1 of 2 nodes run the new version',
    ],
    [
      'not available',
      workload({}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
      'Progressing',
      'it is available on 1 of 2 nodes',
    ],
    [
      'updated by hand',
      workload({ updateStrategy: { type: 'OnDelete' } }, { desiredNumberScheduled: 2, numberAvailable: 2 }),
      'Healthy',
    ],
  ],
  'apps/ReplicaSet': [
    ['available', workload({ replicas: 2 }, { availableReplicas: 2 }), 'Healthy'],
    [
      'not available',
      workload({ replicas: 2 }, { availableReplicas: 1 }),
      'Progressing',
      '1 of 2 replicas are available',
    ],
    [
      'over quota',
      workload({}, { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate')] }),
      'Degraded',
      /FailedCreate/,
    ],
  ],
  '/ReplicationController': [
    ['available', workload({ replicas: 1 }, { availableReplicas: 1 }), 'Healthy'],
    ['not available', workload({ replicas: 1 }, {}), 'Progressing', '0 of 1 replicas are available'],
  ],
  '/Pod': [
    ['new', {}, 'Progressing', /being started/],
    [
      'without a node',
      { status: { phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes')] } },
      'Progressing',
      /no node yet: 0\/3 nodes/,
    ],
    ['ready', { status: { phase: 'Running', conditions: [condition('Ready', 'True')] } }, 'Healthy'],
    [
      'not ready',
      { status: { phase: 'Running', conditions: [condition('Ready', 'False', 'ContainersNotReady')] } },
      'Progressing',
      /not ready: ContainersNotReady/,
    ],
    ['done', { status: { phase: 'Succeeded' } }, 'Healthy'],
    [
      'failed',
      {
        status: {
          phase: 'Failed',
          containerStatuses: [container('web', { state: { terminated: { exitCode: 3, reason: 'Error' } } })],
        },
      },
      'Degraded',
      'container web failed: exit code 3',
    ],
    [
      'evicted',
      { status: { phase: 'Failed', reason: 'Evicted', message: 'disk pressure' } },
      'Degraded',
      'disk pressure',
    ],
    [
      'crashing',
      {
        status: {
          phase: 'Running',
          containerStatuses: [
            container('web', {
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
            }),
          ],
        },
      },
      'Degraded',
      'container web crashes again and again (3 restarts): OOMKilled, exit code 137',
    ],
    [
      'without its image',
      {
        status: {
          phase: 'Pending',
          containerStatuses: [
            container('web', { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }),
          ],
        },
      },
      'Degraded',
      'container web: ImagePullBackOff: no such image',
    ],
    [
      'crashing at its beginning',
      {
        status: {
          phase: 'Pending',
          initContainerStatuses: [container('first', { state: { waiting: { reason: 'CrashLoopBackOff' } } })],
        },
      },
      'Degraded',
      /container first crashes/,
    ],
    [
      'restarted',
      {
        status: {
          phase: 'Running',
          containerStatuses: [container('web', { lastState: { terminated: { exitCode: 1 } } })],
        },
      },
      'Degraded',
      /has restarted and is not ready: exit code 1/,
    ],
    [
      'to run once, running',
      { spec: { restartPolicy: 'Never' }, status: { phase: 'Running' } },
      'Progressing',
      /has not ended yet/,
    ],
  ],
  'batch/Job': [
    ['new', {}, 'Progressing', 'it has not started yet'],
    ['running', { status: { active: 2, failed: 1 } }, 'Progressing', '2 pods are running, 1 attempts failed'],
    ['complete', withConditions(condition('Complete', 'True')), 'Healthy'],
    [
      'failed',
      withConditions(condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')),
      'Degraded',
      'it failed: too often',
    ],
    ['failing', withConditions(condition('FailureTarget', 'True', 'PodFailurePolicy')), 'Degraded', /PodFailurePolicy/],
    ['suspended', { spec: { suspend: true } }, 'Suspended'],
  ],
  'batch/CronJob': [
    ['scheduled', { spec: { schedule: '* * * * *' } }, 'Healthy'],
    ['suspended', { spec: { suspend: true } }, 'Suspended', /schedule is suspended/],
  ],
  '/Service': [
    ['inside', { spec: { type: 'ClusterIP' } }, 'Healthy'],
    [
      'waiting for a load balancer',
      { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } },
      'Progressing',
      /address/,
    ],
    [
      'with a load balancer',
      { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
      'Healthy',
    ],
    ['with addresses by hand', { spec: { type: 'LoadBalancer', externalIPs: ['1.2.3.4'] } }, 'Healthy'],
  ],
  'networking.k8s.io/Ingress': [
    ['waiting', { status: { loadBalancer: {} } }, 'Progressing', /ingress controller/],
    ['with an address', { status: { loadBalancer: { ingress: [{ hostname: 'x' }] } } }, 'Healthy'],
  ],
  '/PersistentVolumeClaim': [
    ['bound', { status: { phase: 'Bound' } }, 'Healthy'],
    ['pending', { status: { phase: 'Pending' } }, 'Progressing', /waits for a volume/],
    ['lost', { status: { phase: 'Lost' } }, 'Degraded', /lost/],
  ],
  '/PersistentVolume': [
    ['available', { status: { phase: 'Available' } }, 'Healthy'],
    ['bound', { status: { phase: 'Bound' } }, 'Healthy'],
    ['pending', {}, 'Progressing'],
    ['failed', { status: { phase: 'Failed', message: 'no recycler' } }, 'Degraded', 'no recycler'],
  ],
  'autoscaling/HorizontalPodAutoscaler': [
    ['new', {}, 'Progressing', /has not looked/],
    ['scaling', withConditions(condition('AbleToScale', 'True'), condition('ScalingActive', 'True')), 'Healthy'],
    [
      'at its limit',
      withConditions(condition('AbleToScale', 'True'), condition('ScalingLimited', 'True', 'TooManyReplicas')),
      'Healthy',
    ],
    [
      'without metrics',
      withConditions(condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics')),
      'Degraded',
      /no metrics/,
    ],
    [
      'without its target',
      withConditions(condition('AbleToScale', 'False', 'FailedGetScale', 'not found')),
      'Degraded',
      /not found/,
    ],
    ['switched off', withConditions(condition('ScalingActive', 'False', 'ScalingDisabled')), 'Healthy'],
  ],
  'policy/PodDisruptionBudget': [
    ['fine', { ...seen }, 'Healthy'],
    ['changed', { metadata: { generation: 3 }, status: { observedGeneration: 2 } }, 'Progressing'],
    ['allowing none now', withConditions(condition('DisruptionAllowed', 'False', 'InsufficientPods')), 'Healthy'],
    [
      'broken',
      withConditions(condition('DisruptionAllowed', 'False', 'SyncFailed', 'no controller')),
      'Degraded',
      /no controller/,
    ],
  ],
  'apiextensions.k8s.io/CustomResourceDefinition': [
    ['new', {}, 'Progressing', /does not serve it yet/],
    ['established', withConditions(condition('NamesAccepted', 'True'), condition('Established', 'True')), 'Healthy'],
    ['with taken names', withConditions(condition('NamesAccepted', 'False', 'Conflict', 'taken')), 'Degraded', /taken/],
    [
      'going',
      withConditions(condition('Established', 'True'), condition('Terminating', 'True')),
      'Progressing',
      /being deleted/,
    ],
  ],
  'apiregistration.k8s.io/APIService': [
    ['available', withConditions(condition('Available', 'True')), 'Healthy'],
    [
      'away',
      withConditions(condition('Available', 'False', 'MissingEndpoints', 'no endpoints')),
      'Progressing',
      /no endpoints/,
    ],
    ['new', {}, 'Progressing'],
  ],
  '/Namespace': [
    ['active', { status: { phase: 'Active' } }, 'Healthy'],
    [
      'going',
      {
        metadata: { deletionTimestamp: 'now' },
        status: {
          phase: 'Terminating',
          conditions: [condition('NamespaceContentRemaining', 'True', '', 'pods. has 1 resource instances')],
        },
      },
      'Progressing',
      /being deleted: pods\. has 1/,
    ],
  ],
  'argoproj.io/Application': [
    ['new', {}, 'Progressing'],
    ['healthy', { status: { health: { status: 'Healthy' } } }, 'Healthy'],
    ['degraded', { status: { health: { status: 'Degraded', message: 'broken' } } }, 'Degraded', 'broken'],
    ['suspended', { status: { health: { status: 'Suspended' } } }, 'Suspended', /Suspended/],
  ],
  'argoproj.io/Workflow': [
    ['new', {}, 'Progressing', /not started/],
    ['running', { status: { phase: 'Running' } }, 'Progressing', 'it is running'],
    ['done', { status: { phase: 'Succeeded' } }, 'Healthy'],
    ['failed', { status: { phase: 'Failed', message: 'step 2' } }, 'Degraded', 'step 2'],
    ['with a phase that is a property of every object', { status: { phase: 'constructor' } }, 'Progressing'],
  ],
  'example.dev/Anything': [
    ['without a status', {}, 'Healthy'],
    [
      'changed',
      { metadata: { generation: 3 }, status: { observedGeneration: 2, conditions: [condition('Ready', 'True')] } },
      'Progressing',
      /has not seen/,
    ],
    ['ready', withConditions(condition('Ready', 'True')), 'Healthy'],
    [
      'becoming ready',
      withConditions(condition('Ready', 'False', 'Issuing', 'asked for it')),
      'Progressing',
      'Ready is false: asked for it',
    ],
    ['not known to be ready', withConditions(condition('Ready', 'Unknown')), 'Progressing', /Ready is unknown/],
    [
      'failed',
      withConditions(condition('Ready', 'False', 'InstallFailed', 'no such chart')),
      'Degraded',
      /no such chart/,
    ],
    [
      'stalled',
      withConditions(condition('Ready', 'False'), condition('Stalled', 'True', 'x', 'bad name')),
      'Degraded',
      'Stalled: bad name',
    ],
    [
      'reconciling',
      withConditions(condition('Ready', 'True'), condition('Reconciling', 'True', 'x', 'step 1')),
      'Progressing',
      'Reconciling: step 1',
    ],
    [
      'available and progressing',
      withConditions(condition('Available', 'True'), condition('Progressing', 'True', 'x', 'rolling')),
      'Progressing',
      /rolling/,
    ],
    [
      'degraded',
      withConditions(condition('Available', 'True'), condition('Degraded', 'True', 'x', 'half')),
      'Degraded',
      /half/,
    ],
    ['succeeded', withConditions(condition('Succeeded', 'True')), 'Healthy'],
    ['with conditions of its own', withConditions(condition('Purple', 'False')), 'Healthy'],
    ['in a phase', { status: { phase: 'Provisioning' } }, 'Progressing', 'it says Provisioning'],
    ['in a bad state', { status: { state: 'error', message: 'no disk' } }, 'Degraded', 'no disk'],
    ['in a phase of its own', { status: { phase: 'Purple' } }, 'Healthy'],
    ['with nonsense for conditions', { status: { conditions: [null, 3, { type: 4 }, 'x'] } }, 'Healthy'],
  ],
};

for (const [name, rows] of Object.entries(cases)) {
  const [group = '', kind = ''] = name.split('/');
  describe(kind, () => {
    test.each(rows)('%s', (_title, object, status, message) => {
      const health = assessHealth({ kind, ...object }, { group, kind });
      expect(health.status).toBe(status);
      if (message instanceof RegExp) expect(health.message).toMatch(message);
      else if (message !== undefined) expect(health.message).toBe(message);
      if (status === 'Healthy') expect(health.message).toBe('');
      else expect(health.message).not.toBe('');
    });
  });
}

test('of metadata alone, being there is health', () => {
  const object = { kind: 'PartialObjectMetadata', metadata: { name: 'x' } };
  expect(assessHealth(object, { group: 'apps', kind: 'Deployment' }).status).toBe('Healthy');
});
