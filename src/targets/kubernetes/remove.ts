import { asFailure } from '../../errors.ts';
import { describeResource, type Live, type Propagation } from '../../model/resource.ts';
import { passBorder } from '../border.ts';
import type { Permit } from '../target.ts';
import type { ApiClient } from './client.ts';
import { apiPath, type Discovery } from './discovery.ts';
import type { Watches } from './watches.ts';

const policies = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } satisfies Record<
  Propagation,
  string
>;

/** Deletes this very object, or nothing: one made again since then has another uid. */
export async function remove(
  live: Pick<Live, 'id' | 'uid'> & Partial<Pick<Live, 'owner'>>,
  { propagation, permit }: { propagation: Propagation; permit: Permit },
  { client, discovery, watches }: { client: ApiClient; discovery: Discovery; watches: Watches },
  signal: AbortSignal,
): Promise<void> {
  const kind = discovery.find(live.id);
  // A kind that is not served any more took its resources with it.
  if (kind === undefined) return;
  passBorder(permit, 'delete', live.id, !kind.namespaced);
  watches.expectRemoval(live.uid);
  const body = {
    ...{ apiVersion: 'v1', kind: 'DeleteOptions' },
    ...{ propagationPolicy: policies[propagation], preconditions: { uid: live.uid } },
  };
  try {
    await client.call(
      {
        ...{ method: 'DELETE', path: apiPath(kind, live.id.namespace, live.id.name), body: JSON.stringify(body) },
        accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
        request: `delete ${describeResource(live.id)}`,
        application: live.owner,
        account: permit.account,
      },
      signal,
    );
  } catch (thrown) {
    const { code } = asFailure(thrown);
    if (code !== 'K8S_NOT_FOUND' && code !== 'K8S_CONFLICT' && code !== 'K8S_KIND_UNKNOWN') throw thrown;
  }
}
