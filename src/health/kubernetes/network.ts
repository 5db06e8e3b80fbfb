import type { Health } from '../../model/resource.ts';
import { healthy, type KubeFields, listAt, progressing, textAt } from './fields.ts';

export function service(object: KubeFields): Health {
  if (textAt(object, 'spec', 'type') !== 'LoadBalancer') return healthy;
  // A load balancer of a named class, or addresses given by hand, are not promised to show in the status.
  if (listAt(object, 'spec', 'externalIPs').length > 0) return healthy;
  if (listAt(object, 'status', 'loadBalancer', 'ingress').length > 0) return healthy;
  return progressing('it waits for the address of its load balancer');
}

export function ingress(object: KubeFields): Health {
  if (listAt(object, 'status', 'loadBalancer', 'ingress').length > 0) return healthy;
  return progressing('it waits for an address from its ingress controller');
}
