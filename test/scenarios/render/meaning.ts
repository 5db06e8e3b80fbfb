import { parseAllDocuments } from 'yaml';
import { labelForm, trackingName } from '../../../src/model/tracking.ts';

type Json = Record<string, unknown>;

const serverMetadata = ['managedFields', 'uid', 'resourceVersion', 'selfLink', 'creationTimestamp', 'generation'];

/** Documents as Kubernetes reads them: YAML 1.1 words, but dates are text. Lists are taken apart. */
export function documentsOf(text: string): Json[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    customTags: tags => tags.filter(tag => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:timestamp'),
  });
  if ('empty' in documents) return [];
  return documents.flatMap(document => {
    if (document.errors[0]) throw document.errors[0];
    return flat(document.toJS() as Json | null);
  });
}

function flat(value: Json | null): Json[] {
  if (value === null) return [];
  const { kind, items } = value;
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items.flatMap(flat) : [value];
}

/** What Holdfast makes of a manifest: its mark on it, and nothing in it that only a server writes. */
export function asDelivered(manifest: Json, application: string): Json {
  const { status, ...object } = structuredClone(manifest);
  const metadata = (object.metadata ?? {}) as Record<string, Json>;
  for (const field of serverMetadata) delete metadata[field];
  metadata.labels = { ...withoutNulls(metadata.labels), [trackingName]: labelForm(application) };
  metadata.annotations = { ...withoutNulls(metadata.annotations), [trackingName]: application };
  return { ...object, metadata };
}

function withoutNulls(values: Json = {}): Json {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== null));
}

/** By name, so that order does not count. The later of two with one name wins. */
export function byKey(manifests: readonly Json[]): Record<string, Json> {
  const entries = manifests.map((manifest): [string, Json] => {
    const { name, namespace, generateName } = manifest.metadata as Record<string, string>;
    return [`${manifest.apiVersion}/${manifest.kind}/${namespace ?? ''}/${name ?? generateName}`, manifest];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
