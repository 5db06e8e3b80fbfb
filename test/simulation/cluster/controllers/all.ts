import type { ApiAnswer, ApiRequest, ClusterOptions } from '../cluster.ts';
import type { Kind } from '../kinds.ts';
import type { Server } from '../server.ts';
import type { Change } from '../store.ts';
import { DefinitionController } from './definition.ts';
import { deploymentController } from './deployment.ts';
import { GarbageCollector } from './garbage.ts';
import { jobController } from './job.ts';
import { namespaceController } from './namespace.ts';
import { replicaSetController } from './replica-set.ts';
import { Tools } from './tools.ts';

/** All controllers see every change; each looks at its own, a moment later. */
export function startControllers(
  server: Server,
  send: (request: ApiRequest) => ApiAnswer,
  options: ClusterOptions,
  endWatches: (resource: string) => void,
): { discovered(): Kind[]; resync(): void } {
  const tools = new Tools(server, send);
  const definitions = new DefinitionController(tools, options.discoveryLagMs ?? 500, endWatches);
  const garbage = new GarbageCollector(tools);
  const sees: Record<string, ((change: Change) => void)[]> = {
    '/namespaces': [namespaceController(tools)],
    '/configmaps': [namespaceController(tools)],
    '/serviceaccounts': [namespaceController(tools)],
    'apps/deployments': [deploymentController(tools, options)],
    'apps/replicasets': [replicaSetController(tools)],
    'batch/jobs': [jobController(tools, options)],
    'apiextensions.k8s.io/customresourcedefinitions': [change => definitions.see(change)],
  };
  const see = (change: Change) => {
    garbage.see(change);
    for (const each of sees[change.resource] ?? []) each(change);
  };
  server.store.onChange(see);
  return {
    discovered: () => definitions.discovered(),
    resync() {
      garbage.forget();
      definitions.restore();
      for (const [resource, objects] of server.store.resources())
        for (const [key, object] of objects)
          see({ revision: server.store.revision, type: 'ADDED', resource, key, object, before: undefined });
    },
  };
}
