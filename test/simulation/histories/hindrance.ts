import type { Call } from '../cluster/call.ts';
import { operatorUser } from '../env/api-server.ts';
import type { SimWorld } from '../world.ts';
import type { Draw } from './draw.ts';
import type { Fleet } from './fleet.ts';

/** What stands in the way of Holdfast for a while, although nothing is broken. Others may do as ever. */
export type Hindrance =
  /** A webhook refuses whatever is done to resources of this kind. */
  | { by: 'denial'; of: string }
  /** A webhook writes something of its own into each. */
  | { by: 'injection'; of: string }
  /** No more of them are let into the namespace. */
  | { by: 'quota'; of: string; namespace: string }
  /** Its rights to this kind are taken away. */
  | { by: 'rights'; of: string }
  /** Nothing passes to or from this host. */
  | { by: 'partition'; of: string };

const plurals = ['configmaps', 'secrets', 'services', 'serviceaccounts', 'deployments'] as const;

export function drawHindrance({ apps }: Fleet, draw: Draw): Hindrance {
  const by = draw.pick(['denial', 'injection', 'quota', 'rights', 'partition', 'partition'] as const);
  if (by === 'partition') return { by, of: draw.pick(['api.test', 'api.test', 'git.test']) };
  const of = draw.pick(plurals);
  return by === 'quota' ? { by, of, namespace: draw.pick(apps).namespace || 'default' } : { by, of };
}

/** Begins it; answers how it ends. */
export function hinder(hindrance: Hindrance, { cluster, network }: SimWorld): () => void {
  const { by, of } = hindrance;
  const { policy } = cluster;
  const isOurs = ({ user, kind }: Call) => user === operatorUser && kind.plural === of;
  switch (by) {
    case 'denial': {
      const denies = (call: Call) => (isOurs(call) ? 'not now' : undefined);
      policy.denials.add(denies);
      return () => policy.denials.delete(denies);
    }
    case 'injection': {
      const injects: Parameters<typeof policy.mutations.add>[0] = (call, object) => {
        if (!isOurs(call)) return object;
        const annotations = { ...object.metadata.annotations, 'webhook.example/injected': 'yes' };
        return { ...object, metadata: { ...object.metadata, annotations } };
      };
      policy.mutations.add(injects);
      return () => policy.mutations.delete(injects);
    }
    case 'quota': {
      const group = of === 'deployments' ? 'apps' : '';
      const { namespace } = hindrance;
      const key = `${namespace}:${group}/${of}`;
      policy.quotas.set(key, { namespace, resource: `${group}/${of}`, limit: 0 });
      return () => policy.quotas.delete(key);
    }
    case 'rights':
      policy.permits = call => !isOurs(call);
      // Watches that are open are not asked again.
      cluster.endWatches();
      return () => {
        policy.permits = () => true;
      };
    case 'partition':
      network.cut(of);
      return () => {
        network.mend(of);
        network.reset(of);
      };
  }
}
