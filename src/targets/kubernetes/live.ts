import { readAnnotations, steersDelivery } from '../../dialects/annotations.ts';
import { assessHealth } from '../../health/kubernetes/assess.ts';
import { completionOf } from '../../health/kubernetes/completion.ts';
import { summarize } from '../../health/kubernetes/summary.ts';
import { defaultPolicy } from '../../model/application.ts';
import { type Hook, type Live, type Phase, type ResourceOptions, resourceKey } from '../../model/resource.ts';
import { trackingName } from '../../model/tracking.ts';
import type { Entry } from './cache.ts';
import type { ServedKind } from './discovery.ts';
import { rank } from './kinds.ts';
import { fingerprint, isOurs, lastAuthor } from './managed-fields.ts';
import type { KubeObject, Metadata } from './object.ts';

interface Steering {
  options: ResourceOptions;
  wave: number;
  hook?: Hook & { phases: Phase[] };
}

const unsteered: Steering = { options: readAnnotations({}, defaultPolicy).options, wave: 0 };

/** Reduces an object to what is kept of it. `former` is what was known of it before. */
export function toEntry(object: KubeObject, kind: ServedKind, former: Live | undefined, now: number): Entry {
  const { metadata } = object;
  const namespace = kind.namespaced ? metadata.namespace : '';
  const id = { group: kind.group, kind: kind.kind, namespace, name: metadata.name };
  const known = former?.uid === metadata.uid ? former : undefined;
  const print = fingerprint(metadata.managedFields);
  const author = lastAuthor(metadata.managedFields, now);
  // A write without a time of its own is taken for one of now: seen again, it is the same one.
  const isKnown = known?.fingerprint === print && known.lastChange?.name === author?.name && author?.at === now;
  const lastChange = isKnown ? known.lastChange : author;
  const { options, wave, hook } = steering(metadata);
  // A hook of any other kind has done all it can by being there.
  const completion = completionOf(object, kind) ?? (hook === undefined ? undefined : 'succeeded');
  const summary = summarize(object, kind);
  return {
    resourceVersion: metadata.resourceVersion,
    live: {
      id,
      key: known?.key ?? resourceKey(id),
      uid: metadata.uid,
      owner: ownerOf(metadata),
      fingerprint: print,
      ...(lastChange === undefined ? {} : { lastChange }),
      deleting: metadata.deletionTimestamp !== undefined,
      ...(hook === undefined ? {} : { hook }),
      ...(completion === undefined ? {} : { completion }),
      health: assessHealth(object, kind),
      options,
      wave,
      rank: rank(kind),
      createdAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
      ...(summary === undefined ? {} : { summary }),
    },
  };
}

/**
 * The application that the object bears as its own. The annotation counts only while we are its manager: controllers
 * copy annotations to what they make, and such copies must never be taken for ours, and pruned.
 */
export function ownerOf({ annotations, managedFields }: Metadata): string {
  const name = annotations[trackingName];
  if (name === undefined) return '';
  const isWritten = managedFields.some(
    entry => isOurs(entry) && entry.fieldsV1['f:metadata']?.['f:annotations']?.[`f:${trackingName}`] !== undefined,
  );
  return isWritten ? name : '';
}

function steering({ annotations }: Metadata): Steering {
  const steers = Object.keys(annotations).some(name => name !== trackingName && steersDelivery(name));
  if (!steers) return unsteered;
  const { options, wave, hook, phases } = readAnnotations(annotations, defaultPolicy);
  return { options, wave, ...(hook === undefined ? {} : { hook: { ...hook, phases } }) };
}
