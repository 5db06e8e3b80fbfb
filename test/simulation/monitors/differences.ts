import { type KubeObject, keyOf, ownerOf } from './evidence.ts';
import { type AppModel, isContained, type Model } from './model.ts';

/** Why the object is not as declared; undefined when it is. */
export function fault(declared: KubeObject, there: KubeObject | undefined, app: string): string | undefined {
  if (there === undefined) return 'is not there';
  if (there.metadata?.deletionTimestamp !== undefined) return 'is on its way out';
  if (ownerOf(there) !== app) return `bears the mark of "${ownerOf(there)}"`;
  return isContained(declared, there) ? undefined : 'is not as declared';
}

export interface Difference {
  /** `wrong`: not as declared. `extra`: no longer declared. `going`: no longer declared, and the cluster has taken its deletion. */
  kind: 'wrong' | 'extra' | 'going';
  words: string;
  /** Of the resource that it is about. */
  namespace?: string;
}

/** How one application differs from what should be. */
export function differencesOf(
  app: AppModel,
  model: Model,
  get: (key: string) => KubeObject | undefined,
  everything: Iterable<KubeObject>,
): Difference[] {
  const found: Difference[] = [];
  const wrong = (words: string, namespace = '') =>
    found.push({ kind: 'wrong', words: `${app.name}: ${words}`, namespace });
  if (app.createsNamespace && app.namespace !== '' && get(`/Namespace//${app.namespace}`) === undefined)
    wrong('its namespace is not there');
  for (const [key, declared] of app.objects) {
    // Where two declare it, either may have it.
    const heirs = [...model.apps.values()].filter(other => other.objects.has(key));
    const faults = heirs.map(heir => fault(heir.objects.get(key) ?? declared, get(key), heir.name));
    if (faults.every(one => one !== undefined)) wrong(`${key} ${faults[0]}`, key.split('/')[2]);
  }
  for (const object of everything) {
    const key = keyOf(object);
    if (ownerOf(object) !== app.name || app.objects.has(key) || app.hooks.has(key)) continue;
    if (isHook(object)) continue;
    // Whoever declares it now is to take it over.
    if ([...model.apps.values()].some(other => other.objects.has(key))) continue;
    const kind = object.metadata?.deletionTimestamp === undefined ? 'extra' : 'going';
    found.push({ kind, words: `${app.name}: ${key} is still there` });
  }
  return found;
}

export function isHook({ metadata }: KubeObject): boolean {
  return metadata?.annotations?.['argocd.argoproj.io/hook'] !== undefined;
}

/** What bears the mark of an application that is no more. */
export function orphansOf(model: Model, everything: Iterable<KubeObject>): Map<string, string[]> {
  const orphans = new Map<string, string[]>();
  for (const object of everything) {
    const owner = ownerOf(object);
    if (owner === '' || model.apps.has(owner)) continue;
    orphans.set(owner, [...(orphans.get(owner) ?? []), keyOf(object)]);
  }
  return orphans;
}
