import { failure } from '../../errors.ts';
import { describeResource, type ResourceId } from '../../model/resource.ts';
import { passBorder } from '../border.ts';
import type { Permit } from '../target.ts';
import { apiPath, groupKind } from './discovery.ts';
import type { Tools } from './tools.ts';
import { metadataOnly } from './write.ts';

const rolling = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet']);
/** Not the one that applies: what it writes is no part of what is declared, and no drift. */
const restartManager = 'holdfast-restart';
/** The same that `kubectl rollout restart` writes: another template, so that the cluster replaces one pod after the other. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

export function restarts(id: ResourceId): boolean {
  return rolling.has(groupKind(id));
}

/** Of this very object, or of none: one made again since then has another uid. */
export async function restart(
  { id, uid }: { id: ResourceId; uid: string },
  permit: Permit,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const kind = tools.discovery.find(id);
  if (kind === undefined) throw failure('K8S_KIND_UNKNOWN', { request: describeResource(id) });
  passBorder(permit, 'write', id, !kind.namespaced);
  const at = new Date(tools.env.clock.now()).toISOString();
  const body = { metadata: { uid }, spec: { template: { metadata: { annotations: { [restartedAt]: at } } } } };
  await tools.client.call(
    {
      ...{ method: 'PATCH', path: apiPath(kind, id.namespace, id.name), contentType: 'application/merge-patch+json' },
      ...{ query: { fieldManager: restartManager }, body: JSON.stringify(body), accept: metadataOnly },
      ...{ request: `restart ${describeResource(id)}`, account: permit.account },
    },
    signal,
  );
}
