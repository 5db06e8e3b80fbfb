// Objects as they are sent: whole, or only their metadata. Texts are kept with the object, which never changes.
import type { Call } from './call.ts';
import type { JsonObject, KubeObject } from './json.ts';
import { apiVersionOf, type Kind } from './kinds.ts';

export type View = 'whole' | 'metadata';

const whole = new WeakMap<object, string>();
const partial = new WeakMap<object, string>();

/** What the client would like best of what there is. */
export function viewOf({ accept }: Call, as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): View {
  if (!accept.includes('PartialObjectMetadata')) return 'whole';
  for (const type of accept.split(',')) {
    const parts = type.split(';').map(part => part.trim());
    if (parts.includes(`as=${as}`) && parts.includes('g=meta.k8s.io')) return 'metadata';
    if (!parts.some(part => part.startsWith('as='))) return 'whole';
  }
  return 'whole';
}

export function objectText(object: KubeObject, kind: Kind, view: View): string {
  const apiVersion = apiVersionOf(kind);
  const texts = view === 'whole' ? whole : partial;
  const known = object.apiVersion === apiVersion ? texts.get(object) : undefined;
  if (known !== undefined) return known;
  const { metadata } = object;
  const text =
    view === 'whole'
      ? JSON.stringify(object.apiVersion === apiVersion ? object : { ...object, apiVersion })
      : JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
  if (object.apiVersion === apiVersion) texts.set(object, text);
  return text;
}

/** The list's own metadata: `resourceVersion`, `continue`. */
export function listText(objects: readonly KubeObject[], kind: Kind, view: View, metadata: JsonObject): string {
  const type =
    view === 'whole'
      ? { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind) }
      : { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' };
  const items = objects.map(object => itemText(object, kind, view));
  return `${JSON.stringify({ ...type, metadata }).slice(0, -1)},"items":[${items.join(',')}]}`;
}

/** Items of Kubernetes' own lists do not say what they are. */
function itemText(object: KubeObject, kind: Kind, view: View): string {
  if (view === 'metadata' || kind.custom) return objectText(object, kind, view);
  const { apiVersion: _, kind: __, ...rest } = object;
  return JSON.stringify(rest);
}

/** A bookmark: an object of the watched kind that is nothing but a version. */
export function bookmarkText(kind: Kind, view: View, revision: number, isInitialEnd: boolean): string {
  const type =
    view === 'whole'
      ? { kind: kind.kind, apiVersion: apiVersionOf(kind) }
      : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
  const annotations = isInitialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return JSON.stringify({ ...type, metadata: { resourceVersion: String(revision), ...annotations } });
}
