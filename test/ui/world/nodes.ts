import type { Access } from '../../world/access.ts';
import { KubeClient, type KubeObject } from '../../world/kube-client.ts';
import { startKubelet } from '../../world/kubelet.ts';

/** Has pods run as if there were nodes: what their images are called decides how that goes. */
export interface Nodes extends AsyncDisposable {
  stop(): Promise<void>;
}

const everyMs = 400;

/** Images that end in `-broken` cannot be pulled, those in `-slow` are never ready, jobs end by themselves. */
export async function startNodes(access: Access, prefix: string): Promise<Nodes> {
  const kube = new KubeClient(access, access.adminToken, 'kubelet');
  const kubelet = await startKubelet(access);
  const seen = new Map<string, string>();
  let stopped = false;

  async function look(): Promise<void> {
    for (const pod of await kube.list({ apiVersion: 'v1', kind: 'Pod' })) {
      const { namespace = '', name, uid = '', deletionTimestamp } = pod.metadata;
      if (!namespace.startsWith(prefix)) continue;
      if (deletionTimestamp !== undefined) {
        await kube.request('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`);
        continue;
      }
      if (seen.get(name) === uid) continue;
      seen.set(name, uid);
      await kubelet.bind(namespace, name);
      await kube.patchStatus({ apiVersion: 'v1', kind: 'Pod', namespace, name }, statusOf(pod));
    }
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      // What cannot be done now is done at the next look.
      await look().catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, everyMs));
    }
  }
  const looping = loop();

  const stop = async () => {
    stopped = true;
    await looping;
    await kubelet.stop();
    await kube[Symbol.asyncDispose]();
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

function statusOf(pod: KubeObject): object {
  const image: string = pod.spec.containers[0].image;
  const { name } = pod.spec.containers[0];
  const isJob = pod.metadata.ownerReferences?.[0]?.kind === 'Job';
  const now = new Date().toISOString();
  const container = { name, image, imageID: '', restartCount: 0, ready: false };
  if (image.endsWith('-broken') && isJob) {
    const terminated = { exitCode: 1, reason: 'Error', message: 'column "total" is missing', finishedAt: now };
    return { phase: 'Failed', startTime: now, containerStatuses: [{ ...container, state: { terminated } }] };
  }
  if (image.endsWith('-broken')) {
    const waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` };
    return { phase: 'Pending', startTime: now, containerStatuses: [{ ...container, state: { waiting } }] };
  }
  if (image.endsWith('-slow')) {
    const state = { running: { startedAt: now } };
    return { phase: 'Running', startTime: now, containerStatuses: [{ ...container, state }] };
  }
  if (isJob) {
    const terminated = { exitCode: 0, reason: 'Completed', finishedAt: now };
    return { phase: 'Succeeded', startTime: now, containerStatuses: [{ ...container, state: { terminated } }] };
  }
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: now }];
  const state = { running: { startedAt: now } };
  return { phase: 'Running', startTime: now, conditions, containerStatuses: [{ ...container, ready: true, state }] };
}
