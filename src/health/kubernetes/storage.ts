import type { Health } from '../../model/resource.ts';
import { degraded, explain, healthy, type KubeFields, progressing, textAt } from './fields.ts';

export function persistentVolumeClaim(object: KubeFields): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Bound') return healthy;
  if (phase === 'Lost') return degraded('its volume is lost');
  return progressing('it waits for a volume (some storage classes bind only when a pod uses the claim)');
}

export function persistentVolume(object: KubeFields): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Failed') {
    const status = { reason: textAt(object, 'status', 'reason'), message: textAt(object, 'status', 'message') };
    return degraded(explain(status, 'it could not be reclaimed'));
  }
  return phase === '' || phase === 'Pending' ? progressing('it is not available yet') : healthy;
}
