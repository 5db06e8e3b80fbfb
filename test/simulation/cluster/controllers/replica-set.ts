import { child } from '../json.ts';
import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

/** Says that it has seen what is asked for; Pods are made by nobody. */
export function replicaSetController(tools: Tools) {
  return ({ type, key, object }: Change) => {
    const isSeen = child(object, 'status').observedGeneration === object.metadata.generation;
    if (type !== 'DELETED' && !isSeen) tools.later(`replicaset ${key}`, 10, () => look(key));
  };

  function look(key: string): void {
    const set = tools.server.store.get('apps/replicasets', key);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
    const observedGeneration = set.metadata.generation;
    tools.putStatus(set, { replicas: 0, terminatingReplicas: 0, observedGeneration });
  }
}
