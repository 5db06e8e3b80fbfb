import { type Desired, describeResource } from '../../model/resource.ts';
import { passBorder } from '../border.ts';
import type { ApplyContext } from '../target.ts';
import type { Manifest } from './body.ts';
import type { ApiRequest } from './client.ts';
import { apiPath, type ServedKind } from './discovery.ts';
import { needsStatus } from './kinds.ts';
import { fieldManager } from './managed-fields.ts';
import { type KubeObject, objectSchema } from './object.ts';
import type { Tools } from './tools.ts';

/** One resource on its way to the cluster. */
export interface Write {
  desired: Desired;
  kind: ServedKind;
  context: ApplyContext;
  manifest: Manifest;
  signal: AbortSignal;
}

export const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

/** Server-side apply: creates or changes, takes what others wrote into our fields, and says how it is now. */
export async function patchApply(write: Write, tools: Tools, dryRun = false): Promise<KubeObject> {
  return await sendManifest(write, tools, {
    ...{ method: 'PATCH', path: objectPath(write), contentType: 'application/apply-patch+yaml' },
    ...{ query: { force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) } },
    ...(dryRun ? { accept: 'application/json' } : {}),
    request: `apply ${describeResource(write.desired.id)}`,
  });
}

export async function createAnew(write: Write, tools: Tools, dryRun = false): Promise<KubeObject> {
  return await sendManifest(write, tools, {
    ...{ method: 'POST', path: apiPath(write.kind, write.desired.id.namespace) },
    ...{ query: dryRun ? { dryRun: 'All' } : {} },
    request: `create ${describeResource(write.desired.id)}`,
  });
}

export async function put(write: Write, resourceVersion: string, tools: Tools, dryRun = false): Promise<KubeObject> {
  const manifest = { ...write.manifest, metadata: { ...write.manifest.metadata, resourceVersion } };
  return await sendManifest({ ...write, manifest }, tools, {
    ...{ method: 'PUT', path: objectPath(write), query: dryRun ? { dryRun: 'All' } : {} },
    ...(dryRun ? { accept: 'application/json' } : {}),
    request: `replace ${describeResource(write.desired.id)}`,
  });
}

async function sendManifest(write: Write, tools: Tools, request: ApiRequest): Promise<KubeObject> {
  const { desired, kind, context, manifest, signal } = write;
  passBorder(context.permit, 'write', desired.id, !kind.namespaced);
  const validate = desired.options.validate ?? context.policy.options.validate;
  const query = { fieldManager, fieldValidation: validate ? 'Strict' : 'Warn', ...request.query };
  const accept = needsStatus(kind) ? 'application/json' : metadataOnly;
  const body = JSON.stringify(manifest);
  const { application, permit } = context;
  const { account } = permit;
  const asked = { accept, ...request, query, body, application, account };
  return objectSchema.parse(await tools.client.json(asked, signal));
}

/** The object as it is, or undefined. */
export async function getObject(
  write: Pick<Write, 'desired' | 'kind' | 'signal' | 'context'>,
  tools: Tools,
  accept = 'application/json',
): Promise<KubeObject | undefined> {
  return await tools.get(write.desired.id, write.kind, accept, write.signal, write.context.permit.account);
}

export function objectPath({ kind, desired }: Pick<Write, 'kind' | 'desired'>): string {
  return apiPath(kind, desired.id.namespace, desired.id.name);
}
