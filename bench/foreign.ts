import { configMapManifest } from './fleet.ts';
import { settle } from './measure/settle.ts';
import { type RawRequest, sendRaw } from './raw/raw.ts';
import { createNamespaces, type World } from './world.ts';

const namespaceCount = 20;
/** About as large as a usual ConfigMap, or an Event. */
const payload = 'x'.repeat(1_000);

/** Objects in the cluster that are none of our business. Returns when the cluster has come to rest. */
export async function createForeign(world: World, count: number): Promise<void> {
  const namespaces = Array.from({ length: namespaceCount }, (_, index) => namespaceOf(index));
  await createNamespaces(world.admin, namespaces);
  const requests = Array.from({ length: count }, (_, index): RawRequest => {
    const manifest = configMapManifest(nameOf(index), { app: 'foreign' }, { payload });
    return {
      method: 'POST',
      path: `/api/v1/namespaces/${namespaceOf(index)}/configmaps`,
      body: JSON.stringify(manifest),
      contentType: 'application/json',
    };
  });
  await sendRaw({ ...world.raw, concurrency: 32, http2: false, requests });
  await settle();
}

/** Changes to them, one after another. */
export function foreignChanges(count: number): RawRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespaceOf(index)}/configmaps/${nameOf(index)}`,
    // Another value each time round, or nothing would change.
    body: JSON.stringify({ data: { changed: `${index}-${Math.random()}` } }),
    contentType: 'application/merge-patch+json',
  }));
}

function namespaceOf(index: number): string {
  return `foreign-${index % namespaceCount}`;
}

function nameOf(index: number): string {
  return `foreign-${index}`;
}
