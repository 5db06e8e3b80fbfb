import type { KubeClient } from './kube-client.ts';
import { waitFor } from './wait.ts';

const ends = ['Complete', 'Failed'];

/**
 * Ends the Job that is running under this name as a kubelet would: its Pods get the phase, and the Job controller draws
 * its conclusion (give the Job `backoffLimit: 0`, or it tries a failed Pod again). Waits for the Job to be there, and to end.
 */
export async function finishJob(
  kube: KubeClient,
  namespace: string,
  name: string,
  phase: 'Succeeded' | 'Failed',
): Promise<void> {
  const job = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
  const found = await waitFor(`Job ${name} to run`, async () => {
    const now = await kube.get(job);
    const isOver = now?.metadata.deletionTimestamp !== undefined || ends.some(end => hasCondition(now?.status, end));
    return isOver ? undefined : now;
  });
  const wanted = phase === 'Succeeded' ? 'Complete' : 'Failed';
  await waitFor(`Job ${name} to be ${wanted}`, async () => {
    const now = await kube.get(job);
    // A hook may be deleted as soon as it has ended.
    if (now === undefined || now.metadata.uid !== found.metadata.uid || hasCondition(now.status, wanted)) return true;
    const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, `controller-uid=${found.metadata.uid}`);
    for (const { metadata, status } of pods) {
      if (status.phase !== 'Pending') continue;
      await kube.patchStatus({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name }, { phase });
    }
    return undefined;
  });
}

function hasCondition(status: { conditions?: { type: string; status: string }[] } | undefined, type: string): boolean {
  return status?.conditions?.some(condition => condition.type === type && condition.status === 'True') ?? false;
}
