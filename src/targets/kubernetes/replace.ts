import { asFailure, failure } from '../../errors.ts';
import { describeResource } from '../../model/resource.ts';
import { passBorder } from '../border.ts';
import { ownerOf } from './live.ts';
import type { KubeObject } from './object.ts';
import type { Tools } from './tools.ts';
import { createAnew, getObject, metadataOnly, objectPath, put, type Write } from './write.ts';

const goneDeadlineMs = 60_000;

/** The whole object as declared, instead of our fields in it. */
export async function replace(write: Write, force: boolean, tools: Tools): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const live = await getObject(write, tools, metadataOnly);
    if (live === undefined) return await createAnew(write, tools);
    try {
      return await put(write, live.metadata.resourceVersion, tools);
    } catch (thrown) {
      const { code } = asFailure(thrown);
      if (code === 'K8S_IMMUTABLE' && force) return await recreate(write, tools);
      // Changed between our read and our write.
      if (code !== 'K8S_CONFLICT' || attempt >= 3) throw thrown;
    }
  }
}

/** Deletes the object, waits until it is gone, and makes it anew: where a change is refused, and was asked to be forced. */
export async function recreate(write: Write, tools: Tools): Promise<KubeObject> {
  const live = await getObject(write, tools, metadataOnly);
  if (live !== undefined) await removeAndWait(write, live, tools);
  return await createAnew(write, tools);
}

async function removeAndWait(write: Write, { metadata }: KubeObject, tools: Tools): Promise<void> {
  const { desired, context, signal } = write;
  const resource = describeResource(desired.id);
  const owner = tools.cache.applicationOf(ownerOf(metadata));
  if (owner !== '' && owner !== context.application)
    throw failure('K8S_CONFLICT', {
      request: `recreate ${resource}`,
      reason: `it belongs to the application ${owner}`,
    });
  passBorder(context.permit, 'delete', desired.id, !write.kind.namespaced);
  tools.watches.expectRemoval(metadata.uid);
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    preconditions: { uid: metadata.uid },
  };
  const request = {
    method: 'DELETE',
    path: objectPath(write),
    accept: metadataOnly,
    request: `delete ${resource}`,
    account: context.permit.account,
  } as const;
  await tools.client.call({ ...request, body: JSON.stringify(body) }, signal);
  const deadline = tools.env.clock.monotonic() + goneDeadlineMs;
  for (let attempt = 0; tools.env.clock.monotonic() < deadline; attempt++) {
    const left = await getObject(write, tools, metadataOnly);
    if (left === undefined || left.metadata.uid !== metadata.uid) return;
    await tools.env.timers.sleep(tools.client.backoff(attempt, 2_000), signal);
  }
  throw failure('K8S_NOT_READY', {
    resource,
    ms: goneDeadlineMs,
    reason: 'it was deleted to be made anew, and is not gone: a finalizer holds it',
  });
}
