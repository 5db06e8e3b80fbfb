import { createHash } from 'node:crypto';
import type { ClusterOptions } from '../cluster.ts';
import { canonical, child, equal, type JsonObject, type KubeObject } from '../json.ts';
import { timestamp } from '../server.ts';
import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

const revision = 'deployment.kubernetes.io/revision';

/** Makes the ReplicaSet of each state of the Pod template, and says how many Pods there would be. Pods nobody makes. */
export function deploymentController(tools: Tools, { readyMs = () => 100 }: ClusterOptions) {
  const { server } = tools;
  const { store } = server;
  /** When the present generation was first seen. */
  const began = new Map<string, { generation: number; at: number }>();

  return ({ type, key, object }: Change) => {
    if (type !== 'DELETED') tools.later(`deployment ${key}`, 10, () => look(key));
    else began.delete(object.metadata.uid);
  };

  function look(key: string): void {
    const deployment = store.get('apps/deployments', key);
    if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return;
    const set = replicaSet(deployment);
    const { uid, generation = 0 } = deployment.metadata;
    if (began.get(uid)?.generation !== generation) began.set(uid, { generation, at: server.time.now() });
    const replicas = Number(child(deployment, 'spec').replicas ?? 0);
    const ms = replicas === 0 ? 0 : readyMs(deployment);
    const leftMs = ms === undefined ? undefined : began.get(uid)!.at + ms - server.time.now();
    if (leftMs !== undefined && leftMs > 0) tools.later(`ready ${key}`, leftMs, () => look(key));
    const isReady = leftMs !== undefined && leftMs <= 0;
    const status = statusOf(deployment, set.name, replicas, isReady);
    const annotations = { ...deployment.metadata.annotations, [revision]: set.revision };
    const isSeen =
      equal(annotations, deployment.metadata.annotations) && equal(status, withoutTimes(deployment.status));
    if (isSeen) return;
    const next = { ...deployment, metadata: { ...deployment.metadata, annotations } };
    tools.putStatus(next, withTimes(status, child(deployment, 'status')));
  }

  function replicaSet(deployment: KubeObject): { name: string; revision: string } {
    const { name, namespace, uid, annotations = {} } = deployment.metadata;
    const spec = child(deployment, 'spec');
    const template = child(spec, 'template');
    const hash = createHash('sha256').update(canonical(template)).digest('hex').slice(0, 10);
    const own = [...store.all('apps/replicasets').values()].filter(({ metadata }) =>
      metadata.ownerReferences?.some(owner => owner.uid === uid),
    );
    const setName = `${name}-${hash}`;
    const found = own.find(({ metadata }) => metadata.name === setName);
    if (found !== undefined) return { name: setName, revision: found.metadata.annotations?.[revision] ?? '1' };
    const number = String(1 + Math.max(0, ...own.map(({ metadata }) => Number(metadata.annotations?.[revision] ?? 0))));
    for (const old of own) tools.send('PATCH', tools.pathOf(old), { spec: { replicas: 0 } });
    const label = { 'pod-template-hash': hash };
    const labels = { ...child(template, 'metadata', 'labels'), ...label };
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true };
    const most = Number(spec.replicas ?? 0);
    const counts = {
      'deployment.kubernetes.io/desired-replicas': String(most),
      // A quarter more while one set takes the place of another.
      'deployment.kubernetes.io/max-replicas': String(most + Math.ceil(most / 4)),
    };
    const copied = { ...annotations };
    delete copied['kubectl.kubernetes.io/last-applied-configuration'];
    tools.send('POST', `/apis/apps/v1/namespaces/${namespace}/replicasets`, {
      metadata: {
        name: setName,
        labels,
        annotations: { ...copied, ...counts, [revision]: number },
        ownerReferences: [owner],
      },
      spec: {
        replicas: spec.replicas,
        selector: { ...child(spec, 'selector'), matchLabels: { ...child(spec, 'selector', 'matchLabels'), ...label } },
        template: { ...template, metadata: { ...child(template, 'metadata'), labels } },
      },
    });
    return { name: setName, revision: number };
  }

  function withTimes(status: JsonObject, former: JsonObject): JsonObject {
    const now = timestamp(server);
    const known = Array.isArray(former.conditions) ? former.conditions : [];
    const conditions = (status.conditions as JsonObject[]).map(condition => {
      const was = known.find(other => other.type === condition.type);
      const lastTransitionTime = was?.status === condition.status ? was.lastTransitionTime : now;
      return { ...condition, lastUpdateTime: now, lastTransitionTime };
    });
    return { ...status, conditions };
  }
}

function statusOf({ metadata }: KubeObject, set: string, replicas: number, isReady: boolean): JsonObject {
  const available = isReady
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        ...{ status: 'False', reason: 'MinimumReplicasUnavailable' },
        message: 'Deployment does not have minimum availability.',
      };
  const progressing = isReady
    ? { reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${set}" has successfully progressed.` }
    : { reason: 'ReplicaSetUpdated', message: `ReplicaSet "${set}" is progressing.` };
  const counts =
    replicas === 0
      ? {}
      : {
          ...{ replicas, updatedReplicas: replicas },
          ...(isReady ? { readyReplicas: replicas, availableReplicas: replicas } : { unavailableReplicas: replicas }),
        };
  return {
    ...{ observedGeneration: metadata.generation ?? 0, ...counts, terminatingReplicas: 0 },
    conditions: [
      { type: 'Available', ...available },
      { type: 'Progressing', status: 'True', ...progressing },
    ],
  };
}

function withoutTimes(status: unknown): JsonObject {
  const { conditions, ...rest } = child({ status }, 'status');
  const list = Array.isArray(conditions) ? conditions : [];
  return { ...rest, conditions: list.map(({ lastUpdateTime: _, lastTransitionTime: __, ...condition }) => condition) };
}
