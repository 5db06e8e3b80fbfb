import type { Case } from '../step.ts';
import {
  apply,
  create,
  deploymentSpec,
  deployments,
  get,
  isSettled,
  list,
  patch,
  podSpec,
  put,
  replicaSets,
} from './steps.ts';

const settled = { ...get(deployments, 'web'), until: isSettled };
const template = (container: object, fields: object = {}, labels: object = { app: 'web' }) => ({
  template: {
    metadata: { labels },
    spec: podSpec(container as Record<string, unknown>, fields as Record<string, unknown>),
  },
});
const web = (container: object, fields: object = {}) => deploymentSpec(template(container, fields));

/** Deployments and what goes with them: nested lists, defaults, generations, controllers. */
export const workloadCases: Case[] = [
  {
    name: 'a Deployment is applied, and its controller speaks',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec()),
      settled,
      list(replicaSets),
      apply('holdfast', deployments, 'web', deploymentSpec()),
      apply('holdfast', deployments, 'web', web({ image: 'web:2' })),
      settled,
      {
        ...list(replicaSets),
        until: ({ body }) =>
          body.items?.length === 2 &&
          body.items.every((each: { status: { observedGeneration?: number } }) => each.status.observedGeneration === 1),
        compare: 'outline',
      },
    ],
  },
  {
    name: 'a Deployment is created, and owns its defaults',
    steps: [create(deployments, 'web', deploymentSpec()), settled, put(deployments, 'web', deploymentSpec())],
  },
  {
    name: 'a Deployment with everything',
    steps: [
      apply(
        'holdfast',
        deployments,
        'web',
        web(
          {
            image: 'registry.example.com:5000/team/web:1.2',
            args: ['--a', '--b'],
            command: ['/bin/web'],
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '' },
              { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            envFrom: [{ configMapRef: { name: 'x' } }],
            ports: [
              { containerPort: 80, name: 'http' },
              { containerPort: 53, protocol: 'UDP' },
            ],
            readinessProbe: { httpGet: { port: 'http', path: '/ready' } },
            livenessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 5 },
            resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
            securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
          },
          {
            serviceAccountName: 'default',
            nodeSelector: { disk: 'fast' },
            tolerations: [{ key: 'a', operator: 'Exists' }],
            imagePullSecrets: [{ name: 'pull' }],
            volumes: [
              { name: 'config', configMap: { name: 'x' } },
              { name: 'secret', secret: { secretName: 'y' } },
              { name: 'scratch', emptyDir: {} },
            ],
          },
        ),
      ),
      settled,
      apply('holdfast', deployments, 'web', web({ image: 'web:1', env: [{ name: 'A', value: '2' }] }, { volumes: [] })),
      settled,
    ],
  },
  {
    name: 'containers and variables are items by name',
    steps: [
      apply(
        'holdfast',
        deployments,
        'web',
        web({
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        }),
      ),
      settled,
      apply('other', deployments, 'web', {
        spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'C', value: '3' }] }] } } },
      }),
      settled,
      apply(
        'other',
        deployments,
        'web',
        { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'A', value: '9' }] }] } } } },
        {},
        { force: false },
      ),
      apply(
        'holdfast',
        deployments,
        'web',
        web({
          env: [
            { name: 'B', value: '2' },
            { name: 'D', value: '4' },
          ],
        }),
      ),
      settled,
      apply('other', deployments, 'web', {
        spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
      }),
      settled,
      apply('other', deployments, 'web', {}),
      settled,
    ],
  },
  {
    name: 'replicas may be left to somebody else',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec()),
      settled,
      { method: 'GET', path: `${deployments.path}/web/scale` },
      patch(deployments, 'web/scale', 'merge', { spec: { replicas: 0 } }),
      {
        method: 'PATCH',
        path: `${deployments.path}/web/scale`,
        type: 'merge',
        body: { spec: { replicas: 3 } },
        as: 'scaler/1.0',
      },
      { ...get(deployments, 'web'), until: ({ body }) => body.status.observedGeneration === 2, compare: 'outline' },
    ],
  },
  {
    name: 'a paused Deployment',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec({ paused: false })),
      settled,
      apply('holdfast', deployments, 'web', deploymentSpec({ paused: false })),
      apply('holdfast', deployments, 'web', deploymentSpec({ paused: true })),
    ],
  },
  {
    name: 'a strategy is what it is',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec({ strategy: { type: 'Recreate' } })),
      create(deployments, 'two', deploymentSpec({ strategy: { rollingUpdate: { maxSurge: 1 } }, minReadySeconds: 0 })),
    ],
  },
  {
    name: 'the selector of a Deployment stays',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec()),
      settled,
      apply('holdfast', deployments, 'web', {
        spec: { selector: { matchLabels: { app: 'other' } }, ...template({}, {}, { app: 'other' }) },
      }),
      patch(deployments, 'web', 'merge', { spec: { selector: { matchLabels: { more: '1' } } } }),
    ],
  },
  {
    name: 'a Deployment that lacks what it needs',
    steps: [
      apply('holdfast', deployments, 'web', { spec: { replicas: 1 } }),
      apply('holdfast', deployments, 'web', {
        spec: {
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'x' } }, spec: podSpec() },
        },
      }),
      apply('holdfast', deployments, 'web', { spec: { replicas: 'many' } }),
      apply('holdfast', deployments, 'web', { spec: { template: { spec: { containers: [{ image: 'x' }] } } } }),
      apply('holdfast', deployments, 'web', deploymentSpec({ nonsense: 1 })),
      apply(
        'holdfast',
        deployments,
        'web',
        web({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ),
      apply('holdfast', deployments, 'web', web({ image: undefined })),
      create(
        deployments,
        'web',
        { spec: { ...(deploymentSpec().spec as object), nonsense: 1 } },
        {},
        { query: '?fieldValidation=Strict' },
      ),
    ],
  },
  {
    name: 'annotations of a Deployment count as a change',
    steps: [
      apply('holdfast', deployments, 'web', deploymentSpec()),
      settled,
      apply('holdfast', deployments, 'web', deploymentSpec(), { annotations: { a: '1' } }),
      settled,
      apply('holdfast', deployments, 'web', deploymentSpec(), { labels: { a: '1' }, annotations: { a: '1' } }),
      settled,
    ],
  },
  {
    name: 'status is written apart',
    steps: [
      apply('holdfast', deployments, 'web', { ...deploymentSpec(), status: { replicas: 7 } }),
      settled,
      patch(
        deployments,
        'web/status',
        'merge',
        { status: { replicas: 3 }, spec: { replicas: 9 } },
        { compare: 'outline' },
      ),
      { ...get(deployments, 'web'), until: ({ body }) => body.status.replicas === undefined, compare: 'outline' },
    ],
  },
  {
    name: 'a Deployment is patched as kubectl does it',
    steps: [
      create(deployments, 'web', web({ env: [{ name: 'A', value: '1' }] })),
      settled,
      patch(deployments, 'web', 'strategic', {
        spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
      }),
      settled,
      patch(deployments, 'web', 'strategic', {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'web', env: [{ name: 'B', value: '2' }] },
                { name: 'side', image: 'side' },
              ],
            },
          },
        },
      }),
      settled,
      patch(deployments, 'web', 'strategic', {
        spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
      }),
      settled,
    ],
  },
];
