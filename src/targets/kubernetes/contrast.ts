import type { Desired, FieldChange } from '../../model/resource.ts';
import { readManifest } from './body.ts';
import { differences } from './differences.ts';
import { maskedChange } from './mask.ts';

/** What differs between two manifests of one resource, as they would be sent. Our own marks say nothing new. */
export async function contrast(before: Desired, after: Desired): Promise<FieldChange[]> {
  const [live, declared] = await Promise.all([readManifest(before), readManifest(after)]);
  return differences({ live, declared, fields: {}, scope: 'all' }).map(change => maskedChange(change, after.id));
}
