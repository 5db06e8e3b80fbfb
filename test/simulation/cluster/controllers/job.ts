import type { ClusterOptions } from '../cluster.ts';
import { child, type JsonObject, type KubeObject } from '../json.ts';
import { timestamp } from '../server.ts';
import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

/** Jobs start, and end after a time, without any Pods. */
export function jobController(tools: Tools, { job: run = () => ({ ms: 1_000, succeeds: true }) }: ClusterOptions) {
  const { server } = tools;

  return ({ type, key }: Change) => {
    if (type !== 'DELETED') tools.later(`job ${key}`, 10, () => look(key));
  };

  function look(key: string): void {
    const job = server.store.get('batch/jobs', key);
    if (job === undefined || job.metadata.deletionTimestamp !== undefined || isFinished(job)) return;
    if (child(job, 'spec').suspend === true) return;
    const { startTime } = child(job, 'status');
    if (typeof startTime !== 'string') {
      const running = { active: 1, terminating: 0, uncountedTerminatedPods: {}, ready: 0 };
      tools.putStatus(job, { startTime: timestamp(server), ...running });
    }
    // Also of one that was running when etcd was saved, and runs again.
    const plan = run(job);
    if (plan === undefined) return;
    const { uid } = job.metadata;
    tools.later(`job end ${uid}`, plan.ms, () => finish(key, uid, plan.succeeds));
  }

  function finish(key: string, uid: string, succeeds: boolean): void {
    const job = server.store.get('batch/jobs', key);
    if (job?.metadata.uid !== uid || isFinished(job)) return;
    const now = timestamp(server);
    const { startTime } = child(job, 'status');
    const condition = (type: string, reason: string, message: string) => ({
      ...{ type, status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message },
    });
    const ended: JsonObject = succeeds
      ? {
          ...{ completionTime: now, succeeded: 1 },
          conditions: [
            condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods'),
            condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods'),
          ],
        }
      : {
          failed: 1,
          conditions: [
            condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
            condition('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
          ],
        };
    tools.putStatus(job, { startTime, ...ended, terminating: 0, uncountedTerminatedPods: {}, ready: 0 });
  }
}

function isFinished(job: KubeObject): boolean {
  const { conditions } = child(job, 'status');
  return (
    Array.isArray(conditions) &&
    conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
  );
}
