import type { Condition } from '../../../model/application.ts';
import { invalid, unsupported } from '../../application.ts';
import type { Finding } from '../../explain.ts';

/**
 * Fields of Argo CD that Holdfast does not follow yet, by path without positions in lists. `error`: without them something else would be
 * delivered than is meant.
 */
const notYet: Record<string, Condition['level']> = {
  'spec.sourceHydrator': 'error',
  'spec.source.plugin': 'error',
  'spec.source.helm.version': 'warning',
  'spec.source.kustomize.version': 'warning',
  'spec.source.kustomize.commonAnnotationsEnvsubst': 'error',
  'spec.source.directory.disableExtensionFilter': 'error',
};

/** Annotations of the Application that need no answer: hints to caches, marks of its own tools. */
const harmless = [
  'argocd.argoproj.io/manifest-generate-paths',
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/installation-id',
  'argocd.argoproj.io/managed-by-url',
  'argocd.argoproj.io/skip-reconcile',
];

export function describeFinding({ path, reason, unknownField }: Finding): Condition {
  if (!unknownField) return invalid(reason);
  const general = path
    .filter(step => typeof step === 'string')
    .join('.')
    .replace('spec.sources', 'spec.source');
  const level = Object.hasOwn(notYet, general) ? notYet[general] : undefined;
  if (level !== undefined) return unsupported(`${general} is not supported yet`, level);
  const where = path.slice(0, -1).map(String).join('.');
  return unsupported(where === '' ? reason : `${where}: ${reason}`);
}

export function readApplicationAnnotations(annotations: Readonly<Record<string, string>>): {
  suspended: boolean;
  conditions: Condition[];
} {
  const conditions: Condition[] = [];
  for (const name of Object.keys(annotations)) {
    const [domain = ''] = name.split('/');
    if (!/(^|\.|-)argoproj(-labs)?\.io$/.test(domain) || harmless.includes(name) || domain.startsWith('link.'))
      continue;
    conditions.push(unsupported(`annotation ${name.slice(0, 120)} is not supported yet`));
  }
  return { suspended: annotations['argocd.argoproj.io/skip-reconcile'] === 'true', conditions };
}
