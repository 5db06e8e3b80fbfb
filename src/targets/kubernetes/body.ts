import { failure } from '../../errors.ts';
import { type Desired, describeResource } from '../../model/resource.ts';
import { isSensitive } from './kinds.ts';

/** A manifest, ready to be sent. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  [field: string]: unknown;
}

/** What only the API server and its controllers may say. In Git it is a leftover of an export, or an attempt to have foreign things collected as garbage. */
const serverFields = [
  ...['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences'],
];

/** The declared resource as it is sent: in its namespace, without what is not ours to say. */
export async function readManifest({ body, id, generateName }: Desired): Promise<Manifest> {
  const manifest = parse(await body.reveal(), describeResource(id));
  delete manifest.status;
  const metadata = { ...manifest.metadata };
  for (const field of serverFields) delete metadata[field];
  if (id.namespace === '') delete metadata.namespace;
  else metadata.namespace = id.namespace;
  if (generateName !== true) metadata.name = id.name;
  manifest.metadata = metadata;
  if (isSensitive(id)) foldStringData(manifest);
  return manifest;
}

function parse(text: string, resource: string): Manifest {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's message: it quotes the text, which may hold secrets.
    throw failure('K8S_INVALID', { request: resource, reason: 'it is not JSON' });
  }
}

/**
 * `stringData` is a way to write, not a field that is kept: with it, nobody would own the values, and neither drift nor
 * removal of one would be seen.
 */
function foldStringData(manifest: Manifest): void {
  const { stringData } = manifest;
  delete manifest.stringData;
  if (typeof stringData !== 'object' || stringData === null) return;
  const data: Record<string, unknown> = { ...(manifest.data as Record<string, unknown> | null | undefined) };
  for (const [key, value] of Object.entries(stringData)) {
    data[key] = typeof value === 'string' ? Buffer.from(value, 'utf8').toString('base64') : value;
  }
  manifest.data = data;
}
