import { hash } from 'node:crypto';
import { readAnnotations } from '../../dialects/annotations.ts';
import { Body, type Desired, type Live, type ResourceKey, resourceKey } from '../../model/resource.ts';
import { trackingName } from '../../model/tracking.ts';
import type { ApplicationContext } from '../target.ts';
import { rank } from './kinds.ts';

/**
 * The namespace that `CreateNamespace` asks for, unless it is declared anyway or belongs to another application. Several
 * applications may share it: it bears our label, so that we see it, but no application's name, so that none prunes it.
 */
export function createdNamespace(
  application: ApplicationContext,
  declared: ReadonlyMap<ResourceKey, Desired>,
  live: (key: ResourceKey) => Live | undefined,
): Desired | undefined {
  const { namespace, policy } = application;
  if (!policy.options.createNamespace || namespace === '') return undefined;
  const id = { group: '', kind: 'Namespace', namespace: '', name: namespace };
  const key = resourceKey(id);
  if (declared.has(key) || (live(key)?.owner ?? '') !== '') return undefined;
  const text = namespaceText(namespace, policy.managedNamespaceMetadata);
  const first = Math.min(0, ...[...declared.values()].map(desired => desired.wave));
  const { options } = readAnnotations({}, policy);
  return {
    ...{ id, key, version: 'v1', phases: ['Sync'], wave: first, rank: rank(id) },
    body: new Body(hash('sha256', text, 'hex'), () => text),
    options: { ...options, prune: 'never', delete: 'never', ignoreHealth: true },
    implied: true,
    // Others may have given it labels: who asks for none must not take theirs away.
    existenceIsEnough: policy.managedNamespaceMetadata === undefined,
  };
}

export function namespaceText(
  name: string,
  metadata: { labels: Record<string, string>; annotations: Record<string, string> } | undefined,
): string {
  const labels = { ...metadata?.labels, [trackingName]: '' };
  const annotations = { ...metadata?.annotations };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { annotations, labels, name } });
}
