import { asFailure } from '../../errors.ts';
import type { Applied, Desired, Live } from '../../model/resource.ts';
import type { ApplyContext } from '../target.ts';
import { adopt, isAdoptable } from './adopt.ts';
import { type Manifest, readManifest } from './body.ts';
import { establish } from './definitions.ts';
import type { ServedKind } from './discovery.ts';
import { keepIgnored } from './ignore.ts';
import { isDefinition } from './kinds.ts';
import { namespaceText } from './namespaces.ts';
import type { KubeObject } from './object.ts';
import { recreate, replace } from './replace.ts';
import type { Tools } from './tools.ts';
import { createAnew, patchApply, type Write } from './write.ts';

/** Makes one resource as declared: one request where nothing special is asked for. The answer is in the cache before it returns. */
export async function apply(
  desired: Desired,
  live: Live | undefined,
  context: ApplyContext,
  tools: Tools,
  signal: AbortSignal,
): Promise<Applied> {
  const kind = await tools.kindOf(desired, signal);
  const write: Write = { desired, kind, context, manifest: await readManifest(desired), signal };
  const make = () => applyOne(write, live, tools);
  const now = desired.existenceIsEnough ? await tools.onceThere(desired.key, make) : await make();
  return { key: now.key, uid: now.uid, hash: desired.body.hash, fingerprint: now.fingerprint };
}

async function applyOne(write: Write, live: Live | undefined, tools: Tools): Promise<Live> {
  await keepIgnored(write, tools);
  let object: KubeObject;
  try {
    object = await send(write, live, tools);
  } catch (thrown) {
    if (!(await madeNamespace(thrown, write, tools))) throw thrown;
    object = await send(write, live, tools);
  }
  const entry = tools.take(object, write.kind);
  if (isDefinition(write.desired.id)) await establish(write, entry.live, tools);
  return entry.live;
}

async function send(write: Write, live: Live | undefined, tools: Tools): Promise<KubeObject> {
  const { desired, context } = write;
  const { options } = context.policy;
  const force = desired.options.force ?? options.force;
  if (desired.generateName) return await createAnew(write, tools);
  if (desired.options.replace ?? options.replace) return await replace(write, force, tools);
  try {
    const object = await patchApply(write, tools);
    const isFirst = live === undefined || live.fingerprint === '';
    return isFirst && isAdoptable(object) ? await adopt(write, object, tools) : object;
  } catch (thrown) {
    if (!force || asFailure(thrown).code !== 'K8S_IMMUTABLE') throw thrown;
    return await recreate(write, tools);
  }
}

/** Hooks before the sync itself may need the namespace that `CreateNamespace` promises. */
async function madeNamespace(thrown: unknown, write: Write, tools: Tools): Promise<boolean> {
  const { context, desired, signal } = write;
  const { namespace, policy } = context;
  if (asFailure(thrown).code !== 'K8S_NAMESPACE_MISSING') return false;
  if (!policy.options.createNamespace || desired.id.namespace !== namespace) return false;
  const id = { group: '', kind: 'Namespace', namespace: '', name: namespace };
  const kind: ServedKind = await tools.kindOf({ id, version: 'v1' }, signal);
  const manifest: Manifest = JSON.parse(namespaceText(namespace, policy.managedNamespaceMetadata));
  const made = await patchApply({ ...write, desired: { ...desired, id }, kind, manifest }, tools);
  tools.take(made, kind);
  return true;
}
