import { z } from 'zod';

/** A set of fields as `managedFields` writes it: `{"f:spec": {"f:replicas": {}}}`; `k:{…}` are list items by key, `v:…` by value, `.` the thing itself. */
export type FieldSet = { [element: string]: FieldSet };

export interface ManagedFields {
  manager: string;
  operation: string;
  apiVersion: string;
  time?: string | undefined;
  subresource: string;
  fieldsV1: FieldSet;
}

export interface Metadata {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp?: string | undefined;
  deletionTimestamp?: string | undefined;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  managedFields: ManagedFields[];
}

/** A Kubernetes object as the API server sends it: whole, or only its metadata. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '');
const time = z
  .string()
  .nullish()
  .transform(value => value ?? undefined);
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform(value => value ?? {});
const fieldSet = z
  .custom<FieldSet>(value => value === undefined || value === null || typeof value === 'object')
  .transform(value => value ?? {});

const metadataSchema = z.looseObject({
  name: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  creationTimestamp: time,
  deletionTimestamp: time,
  labels: texts,
  annotations: texts,
  managedFields: z
    .array(z.object({ manager: text, operation: text, apiVersion: text, time, subresource: text, fieldsV1: fieldSet }))
    .nullish()
    .transform(value => value ?? []),
});

/** Whatever an object lacks or has beyond this does no harm: aggregated API servers are not all alike. */
export const objectSchema = z.looseObject({ apiVersion: text, kind: text, metadata: metadataSchema });

export const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: text, continue: text }),
  items: z
    .array(objectSchema)
    .nullish()
    .transform(value => value ?? []),
});

/** The object is read by `objectSchema`, unless the event is an ERROR: then it is a Status. */
export const eventSchema = z.object({ type: z.string(), object: z.looseObject({}) });

/** Says whether `a` is newer than `b`. Resource versions are decimal numbers of any length. */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
