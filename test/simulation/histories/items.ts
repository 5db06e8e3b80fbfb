import { Buffer } from 'node:buffer';

/** One resource that a history declares. `rev` goes up with every change of it, and is written into it: so content tells its age. */
export interface Item {
  kind: ItemKind;
  name: string;
  /** Written into the manifest; without it the application's namespace counts. */
  namespace?: string;
  rev: number;
  wave?: number;
  hook?: 'PreSync' | 'PostSync' | 'SyncFail' | 'PreDelete';
  hookDeletePolicy?: string;
  /** `argocd.argoproj.io/sync-options` */
  options?: string;
  /** Deployments: a part of the selector, which cannot be changed. */
  selector?: string;
  /** A Deployment that never gets ready, a Job that fails. */
  ails?: true;
}

export type ItemKind =
  | 'ConfigMap'
  | 'Secret'
  | 'Service'
  | 'ServiceAccount'
  | 'Deployment'
  | 'Job'
  | 'Namespace'
  | 'Definition'
  | 'Widget';

/** Where every manifest carries its item's `rev`. */
export const revMark = 'sim.example/rev';
export const ailsMark = 'sim.example/ails';

/** What no log, status, event or store may ever show. */
export function secretOf(item: Pick<Item, 'name' | 'rev'>): string {
  return `tOpSeCrEt-${item.name}-${item.rev}-x9`;
}

type Body = (item: Item) => object;

const pod = (item: Item, app: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: `registry.example/app:${item.rev}` }] },
});

const group = 'sim.example';

const shapes: Record<ItemKind, { apiVersion: string; kind: string; body: Body }> = {
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', body: ({ rev }) => ({ data: { value: `${rev}`, same: 'x' } }) },
  Secret: {
    apiVersion: 'v1',
    kind: 'Secret',
    body: item => ({ data: { password: Buffer.from(secretOf(item)).toString('base64') } }),
  },
  Service: {
    apiVersion: 'v1',
    kind: 'Service',
    body: ({ name, rev }) => ({ spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8000 + rev }] } }),
  },
  ServiceAccount: { apiVersion: 'v1', kind: 'ServiceAccount', body: () => ({ automountServiceAccountToken: false }) },
  Deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    body: item => {
      const app = `${item.name}${item.selector ?? ''}`;
      return { spec: { replicas: 1, selector: { matchLabels: { app } }, template: pod(item, app) } };
    },
  },
  Job: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    body: item => ({
      spec: { backoffLimit: 0, template: { spec: { ...pod(item, item.name).spec, restartPolicy: 'Never' } } },
    }),
  },
  Namespace: { apiVersion: 'v1', kind: 'Namespace', body: () => ({}) },
  Definition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    body: () => ({
      spec: {
        group,
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
              },
            },
          },
        ],
      },
    }),
  },
  Widget: { apiVersion: `${group}/v1`, kind: 'Widget', body: ({ rev }) => ({ spec: { size: rev } }) },
};

/** All definitions are of one kind: only one application of a history has it. */
export const definitionName = `widgets.${group}`;

const clusterWide: readonly ItemKind[] = ['Namespace', 'Definition'];

export function isClusterWide({ kind }: Pick<Item, 'kind'>): boolean {
  return clusterWide.includes(kind);
}

/** The manifest's text. JSON is YAML, and quick to read. */
export function manifestOf(item: Item): string {
  const { apiVersion, kind, body } = shapes[item.kind];
  const annotations: Record<string, string> = { [revMark]: `${item.rev}` };
  if (item.wave !== undefined) annotations['argocd.argoproj.io/sync-wave'] = `${item.wave}`;
  if (item.hook !== undefined) annotations['argocd.argoproj.io/hook'] = item.hook;
  if (item.hookDeletePolicy !== undefined) annotations['argocd.argoproj.io/hook-delete-policy'] = item.hookDeletePolicy;
  if (item.ails) annotations[ailsMark] = 'true';
  if (item.options !== undefined) annotations['argocd.argoproj.io/sync-options'] = item.options;
  const namespace = item.namespace === undefined || isClusterWide(item) ? {} : { namespace: item.namespace };
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: { name: item.name, ...namespace, annotations },
    ...body(item),
  });
}
