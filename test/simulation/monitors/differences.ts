import { type KubeObject, keyOf, ownerOf } from './evidence.ts';
import { type AppModel, isContained, type Model } from './model.ts';

/** Why the object is not as declared; undefined when it is. */
export function fault(declared: KubeObject, there: KubeObject | undefined, app: string): string | undefined {
  if (there === undefined) return 'is not there';
  if (there.metadata?.deletionTimestamp !== undefined) return 'is on its way out';
  if (ownerOf(there) !== app) return `bears the mark of "${ownerOf(there)}"`;
  return isContained(declared, there) ? undefined : 'is not as declared';
}

/** How one application differs from what should be; values only where `exact` (nobody may have changed them by hand). */
export function differencesOf(
  app: AppModel,
  model: Model,
  get: (key: string) => KubeObject | undefined,
  everything: Iterable<KubeObject>,
): string[] {
  const found: string[] = [];
  if (app.createsNamespace && app.namespace !== '' && get(`/Namespace//${app.namespace}`) === undefined)
    found.push(`${app.name}: its namespace is not there`);
  for (const [key, declared] of app.objects) {
    // Where two declare it, either may have it.
    const heirs = [...model.apps.values()].filter(other => other.objects.has(key));
    const faults = heirs.map(heir => fault(heir.objects.get(key) ?? declared, get(key), heir.name));
    if (faults.every(one => one !== undefined)) found.push(`${app.name}: ${key} ${faults[0]}`);
  }
  for (const object of everything) {
    const key = keyOf(object);
    if (ownerOf(object) !== app.name || app.objects.has(key) || app.hooks.has(key)) continue;
    if (isHook(object)) continue;
    found.push(`${app.name}: ${key} is still there`);
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
