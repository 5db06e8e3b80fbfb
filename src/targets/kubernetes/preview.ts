import { asFailure } from '../../errors.ts';
import type { Desired, FieldChange } from '../../model/resource.ts';
import type { ApplyContext, Preview } from '../target.ts';
import { readManifest } from './body.ts';
import { canonical, differences } from './differences.ts';
import type { ServedKind } from './discovery.ts';
import { dropFields, presentPaths } from './field-sets.ts';
import { type Ignored, ignoredFields, ignoredIn, keepIgnored, removeIgnored } from './ignore.ts';
import { fieldsOf, fingerprint, isEmpty, isOurs, lastAuthor, subtract, union } from './managed-fields.ts';
import { masked, maskedChange } from './mask.ts';
import type { KubeObject } from './object.ts';
import type { Tools } from './tools.ts';
import { getObject, patchApply, put, type Write } from './write.ts';

/** What applying would change, found by a dry-run and compared with what is there. Writes nothing. */
export async function preview(
  desired: Desired,
  context: ApplyContext,
  tools: Tools,
  signal: AbortSignal,
): Promise<Preview> {
  const manifest = await readManifest(desired);
  const kind = await knownKind(desired, tools, signal);
  if (kind === undefined || desired.generateName) return creation(desired, manifest);
  const write: Write = { desired, kind, context, manifest, signal };
  const live = await getObject(write, tools);
  if (live === undefined) {
    await refusals(write, tools);
    return creation(desired, manifest);
  }
  await keepIgnored(write, tools);
  const replaces = desired.options.replace ?? context.policy.options.replace;
  const predicted = replaces
    ? await put(write, live.metadata.resourceVersion, tools, true)
    : await patchApply(write, tools, true);
  // What was there when we looked is not what the dry-run saw: look again, once.
  const isStale = !replaces && predicted.metadata.resourceVersion !== live.metadata.resourceVersion;
  const compared = isStale ? ((await getObject(write, tools)) ?? live) : live;
  return await compare(write, compared, predicted, replaces, tools);
}

async function compare(
  { desired, context }: Write,
  live: KubeObject,
  predicted: KubeObject,
  replaces: boolean,
  tools: Tools,
): Promise<Preview> {
  const { id } = desired;
  const ignored = ignoredIn(id, context.ignoreDifferences);
  const before = live.metadata.managedFields;
  const after = predicted.metadata.managedFields;
  const excused = ignoredFields(ignored, before);
  const oursBefore = fieldsOf(before, isOurs);
  const oursAfter = fieldsOf(after, isOurs);
  const [from, to] = await Promise.all([comparable(live, ignored, tools), comparable(predicted, ignored, tools)]);
  if (!isEmpty(excused)) for (const document of [from, to]) dropFields(document, excused);
  const fields = [...before, ...after].reduce((all, entry) => union(all, entry.fieldsV1), {});
  const scope = replaces ? 'all' : union(oursBefore, oursAfter);
  const changes = differences({ live: from, declared: to, fields, scope }).map(change => maskedChange(change, id));
  const lost = subtract(oursAfter, oursBefore);
  if (changes.length === 0 && !replaces) changes.push(...ownership(presentPaths(to, lost)));
  const by = changes.length === 0 ? undefined : lastAuthor(before, tools.env.clock.now(), lost);
  return {
    ...{ changes, fingerprint: fingerprint(before), uid: live.metadata.uid },
    ...(by === undefined ? {} : { by }),
  };
}

/** Fields that are as declared, but no longer ours: the next change of theirs would not be noticed, so they are taken back. */
function ownership(paths: readonly string[]): FieldChange[] {
  if (paths.length === 0) return [];
  return [{ path: '/metadata/managedFields', declared: JSON.stringify(paths) }];
}

/** Without what the server counts for itself, and what does not count here. */
async function comparable(object: KubeObject, ignored: Ignored, tools: Tools): Promise<Record<string, unknown>> {
  const { status, metadata, ...rest } = object;
  const { labels, annotations } = metadata;
  const finalizers = metadata as Partial<Record<'finalizers', unknown>>;
  const document = structuredClone({ ...rest, metadata: { labels, annotations, finalizers: finalizers.finalizers } });
  await removeIgnored(document, ignored, tools.jqPaths);
  return document;
}

function creation(desired: Desired, manifest: Record<string, unknown>): Preview {
  const declared = canonical(masked(manifest, desired.id));
  return { changes: [{ path: '', declared }], fingerprint: '', uid: '' };
}

/** Whether the server would refuse it. That its namespace is not there yet says nothing: it may come with the same sync. */
async function refusals(write: Write, tools: Tools): Promise<void> {
  try {
    await patchApply(write, tools, true);
  } catch (thrown) {
    if (asFailure(thrown).code !== 'K8S_NAMESPACE_MISSING') throw thrown;
  }
}

async function knownKind(desired: Desired, tools: Tools, signal: AbortSignal): Promise<ServedKind | undefined> {
  try {
    return await tools.kindOf(desired, signal);
  } catch (thrown) {
    if (asFailure(thrown).code !== 'K8S_KIND_UNKNOWN') throw thrown;
    return undefined;
  }
}
