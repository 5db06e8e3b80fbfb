import { asFailure, failure } from '../../errors.ts';
import { describeResource, type Live } from '../../model/resource.ts';
import { apiPath } from './discovery.ts';
import { definitionSchema } from './discovery-schema.ts';
import type { Tools } from './tools.ts';
import type { Write } from './write.ts';

const deadlineMs = 30_000;

/** After a CustomResourceDefinition was applied: waits until the cluster serves what it defines, and takes note of it. */
export async function establish(write: Write, live: Live, tools: Tools): Promise<void> {
  const definition = definitionSchema.safeParse(write.manifest);
  if (!definition.success) return;
  const { spec } = definition.data;
  tools.discovery.define(write.manifest);
  const deadline = tools.env.clock.monotonic() + deadlineMs;
  const resource = describeResource(write.desired.id);
  const entry = await tools.until(live.key, found => found.health.status !== 'Progressing', deadlineMs, write.signal);
  if (entry?.health.status !== 'Healthy')
    throw failure('K8S_NOT_READY', { resource, ms: deadlineMs, reason: entry?.health.message ?? 'it was not seen' });
  const kind = tools.discovery.find({ group: spec.group, kind: spec.names.kind });
  if (kind === undefined) return;
  // Established is said a moment before requests are taken.
  for (let attempt = 0; ; attempt++) {
    try {
      await tools.client.call(
        { path: apiPath(kind), query: { limit: '1' }, request: `list ${kind.plural}` },
        write.signal,
      );
      return;
    } catch (thrown) {
      const { code } = asFailure(thrown);
      if (code === 'K8S_FORBIDDEN') return;
      if (code !== 'K8S_KIND_UNKNOWN' && code !== 'K8S_NOT_FOUND') throw thrown;
      if (tools.env.clock.monotonic() > deadline) throw thrown;
      await tools.env.timers.sleep(tools.client.backoff(attempt, 1_000), write.signal);
    }
  }
}
