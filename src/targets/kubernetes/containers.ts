import { z } from 'zod';
import type { Live } from '../../model/resource.ts';
import { apiPath, type ServedKind } from './discovery.ts';
import type { Tools } from './tools.ts';

const served = { version: 'v1', namespaced: true, verbs: [] };
export const pods: ServedKind = { ...served, group: '', kind: 'Pod', plural: 'pods' };
const jobs: ServedKind = { ...served, group: 'batch', kind: 'Job', plural: 'jobs' };
/** Kinds whose pods print. */
export const workloads = new Set([
  ...['/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet'],
  ...['batch/Job', 'batch/CronJob'],
]);

const containersSchema = z.array(z.looseObject({ name: z.string() })).nullish();
const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ containers: containersSchema, initContainers: containersSchema }),
});
const podListSchema = z.looseObject({ items: z.array(podSchema).nullish() });
const ownedSchema = z.looseObject({
  metadata: z.looseObject({ uid: z.string(), ownerReferences: z.array(z.looseObject({ uid: z.string() })).nullish() }),
});
const ownedListSchema = z.looseObject({ items: z.array(ownedSchema).nullish() });
const labelsSchema = z.record(z.string(), z.string());
const selectorSchema = z.looseObject({
  spec: z.looseObject({
    selector: z.union([
      z.looseObject({
        matchLabels: labelsSchema.nullish(),
        matchExpressions: z
          .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
          .nullish(),
      }),
      labelsSchema,
    ]),
  }),
});

export interface Container {
  namespace: string;
  pod: string;
  container: string;
}

export function isWorkload({ id }: Pick<Live, 'id'>): boolean {
  return workloads.has(`${id.group}/${id.kind}`);
}

/** All containers of the pods that a workload has now, those that prepare a pod first. */
export async function containersOf(
  live: Pick<Live, 'id' | 'uid'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<Container[]> {
  const { id } = live;
  const kind = tools.discovery.find(id);
  const object = kind === undefined ? undefined : await tools.get(id, kind, 'application/json', signal);
  if (object === undefined) return [];
  if (id.kind === 'Pod') return named(podSchema.parse(object), id.namespace);
  const labelSelector = id.kind === 'CronJob' ? await ofJobs(live, tools, signal) : ofSelector(object);
  if (labelSelector === undefined) return [];
  const list = podListSchema.parse(await listIn(pods, id.namespace, { labelSelector }, tools, signal));
  return (list.items ?? []).flatMap(pod => named(pod, id.namespace));
}

function ofSelector(object: unknown): string | undefined {
  const selector = selectorSchema.safeParse(object);
  return selector.success ? selectorText(selector.data.spec.selector) : undefined;
}

/** A CronJob selects nothing itself: its pods are those of the Jobs that it made and that are still there. */
async function ofJobs(
  { id, uid }: Pick<Live, 'id' | 'uid'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<string | undefined> {
  const list = ownedListSchema.parse(await listIn(jobs, id.namespace, {}, tools, signal));
  const made = (list.items ?? []).filter(({ metadata }) => metadata.ownerReferences?.some(owner => owner.uid === uid));
  return made.length === 0 ? undefined : `controller-uid in (${made.map(({ metadata }) => metadata.uid).join(',')})`;
}

async function listIn(
  kind: ServedKind,
  namespace: string,
  query: Record<string, string>,
  tools: Tools,
  signal: AbortSignal,
): Promise<unknown> {
  const request = `list ${kind.plural}`;
  return await tools.client.json(
    { path: apiPath(kind, namespace), query: { ...query, limit: '500' }, request },
    signal,
  );
}

function named({ metadata, spec }: z.infer<typeof podSchema>, namespace: string): Container[] {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  return all.map(({ name }) => ({ namespace, pod: metadata.name, container: name }));
}

type Selector = z.infer<typeof selectorSchema>['spec']['selector'];

function selectorText(selector: Selector): string {
  const isPlain = !('matchLabels' in selector || 'matchExpressions' in selector);
  const labels = labelsSchema.safeParse(isPlain ? selector : (selector.matchLabels ?? {})).data ?? {};
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  if (isPlain) return parts.join(',');
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  for (const { key, operator, values } of expressions) {
    const set = `(${(values ?? []).join(',')})`;
    if (operator === 'In') parts.push(`${key} in ${set}`);
    else if (operator === 'NotIn') parts.push(`${key} notin ${set}`);
    else parts.push(operator === 'Exists' ? key : `!${key}`);
  }
  return parts.join(',');
}
