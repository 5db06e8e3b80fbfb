import type { FieldChange, ResourceId } from '../../model/resource.ts';
import { isFields } from './field-sets.ts';
import { pointerStep } from './json-path.ts';
import { isSensitive } from './kinds.ts';

const hidden = '(hidden)';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations of a Secret may repeat its values, whoever wrote them; these do not. */
const harmlessAnnotations = /^(holdfast\.dev|argocd\.argoproj\.io|helm\.sh|meta\.helm\.sh|app\.kubernetes\.io)\//;

function isHiddenAnnotation(id: ResourceId, name: string): boolean {
  return name === lastApplied || (isSensitive(id) && !harmlessAnnotations.test(name));
}

/** A copy without secret values: names stay, so that one sees what there is. */
export function masked(object: Record<string, unknown>, id: ResourceId): Record<string, unknown> {
  const copy = structuredClone(object);
  if (isSensitive(id)) {
    for (const field of ['data', 'stringData']) {
      const values = copy[field];
      if (isFields(values)) for (const name of Object.keys(values)) values[name] = hidden;
      else if (values !== undefined) copy[field] = hidden;
    }
  }
  const annotations = isFields(copy.metadata) ? copy.metadata.annotations : undefined;
  if (isFields(annotations)) {
    for (const name of Object.keys(annotations)) if (isHiddenAnnotation(id, name)) annotations[name] = hidden;
  }
  return copy;
}

/** A difference without secret values: that and where, not what. */
export function maskedChange(change: FieldChange, id: ResourceId): FieldChange {
  if (!isHiddenPath(change.path, id)) return change;
  return {
    path: change.path,
    ...(change.live === undefined ? {} : { live: JSON.stringify(hidden) }),
    ...(change.declared === undefined ? {} : { declared: JSON.stringify(hidden) }),
    masked: true,
  };
}

function isHiddenPath(path: string, id: ResourceId): boolean {
  const annotations = '/metadata/annotations/';
  if (path === '/metadata/annotations') return isSensitive(id);
  if (path.startsWith(annotations)) {
    const name = path.slice(annotations.length).replaceAll('~1', '/').replaceAll('~0', '~');
    return path === `${annotations}${pointerStep(lastApplied)}` || isHiddenAnnotation(id, name);
  }
  return isSensitive(id) && /^\/(data|stringData)(\/|$)/.test(path);
}
