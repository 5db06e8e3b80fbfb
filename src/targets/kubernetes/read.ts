import type { Desired, ResourceId } from '../../model/resource.ts';
import { readManifest } from './body.ts';
import { canonical } from './differences.ts';
import { masked } from './mask.ts';
import type { Tools } from './tools.ts';

/** The live object, for people: without the bookkeeping of fields, and without secret values. */
export async function read(id: ResourceId, tools: Tools, signal: AbortSignal): Promise<string | undefined> {
  const kind = tools.discovery.find(id);
  const object = kind === undefined ? undefined : await tools.get(id, kind, 'application/json', signal);
  if (object === undefined) return undefined;
  const { managedFields, ...metadata } = object.metadata;
  return canonical(masked({ ...object, metadata }, id));
}

/** The declared resource as it would be sent, for people. */
export async function show(desired: Desired): Promise<string> {
  return canonical(masked(await readManifest(desired), desired.id));
}
