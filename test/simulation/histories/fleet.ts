import { type Item, type ItemKind, isClusterWide, manifestOf } from './items.ts';

/** What a history declares at one moment: from it come the files of a commit. */
export interface Fleet {
  style: 'holdfast' | 'argo' | 'directories';
  apps: App[];
  /** Nothing can be read of the environment itself. */
  broken?: boolean;
  /** Raised by commits that say nothing of any application. */
  readme: number;
}

export interface App {
  name: string;
  namespace: string;
  automated: boolean;
  prune: boolean;
  selfHeal: boolean;
  cascade: boolean;
  dependsOn: string[];
  items: Item[];
  /** It has a project of its own, which allows everything but these kinds. Without it, it is in the one that allows everything. */
  forbids?: readonly ItemKind[];
  /** A file of it is no manifest / of a kind that nobody serves / has a field that its kind does not. */
  broken?: 'text' | 'kind' | 'field';
}

/** Where the environment is declared in the repository. */
export const environmentPath = 'env';

export function filesOf(fleet: Fleet): Record<string, string> {
  const files: Record<string, string> = { 'README.md': `words ${fleet.readme}` };
  for (const app of fleet.apps) {
    const directory = fleet.style === 'directories' ? `${environmentPath}/${app.name}` : `apps/${app.name}`;
    for (const item of app.items) files[`${directory}/${item.kind.toLowerCase()}-${item.name}.yaml`] = manifestOf(item);
    if (app.broken !== undefined) files[`${directory}/zz-broken.yaml`] = brokenText(app);
    // A directory without files is none.
    if (app.items.length === 0) files[`${directory}/.gitkeep`] = '';
  }
  if (fleet.style === 'holdfast')
    files[`${environmentPath}/holdfast.yaml`] = fleet.broken ? '{' : environmentFile(fleet);
  if (fleet.style === 'argo')
    for (const app of fleet.apps) {
      files[`${environmentPath}/${app.name}.yaml`] = fleet.broken ? '{' : argoFile(app);
      if (app.forbids !== undefined) files[`${environmentPath}/project-${app.name}.yaml`] = argoProject(app);
    }
  return files;
}

/** What to write and (null) to delete, so that `before` becomes `after`. */
export function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const [path, text] of Object.entries(after)) if (before[path] !== text) changes[path] = text;
  for (const path of Object.keys(before)) if (after[path] === undefined) changes[path] = null;
  return changes;
}

function brokenText({ broken, name, namespace }: App): string {
  if (broken === 'text') return '{"apiVersion": "v1", "kind": ';
  const metadata = { name: `${name}-broken`, namespace };
  if (broken === 'kind') return JSON.stringify({ apiVersion: 'nobody.example/v1', kind: 'Unserved', metadata });
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, datas: { a: 'b' } });
}

function environmentFile({ apps }: Fleet): string {
  return JSON.stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name: 'sim' },
    spec: {
      ...projectsOf(apps),
      applications: apps.map(({ name, namespace, automated, prune, selfHeal, cascade, dependsOn, forbids }) => ({
        name,
        ...(forbids === undefined ? {} : { project: name }),
        path: `apps/${name}`,
        namespace,
        sync: { automated, prune, selfHeal },
        cascade,
        ...(dependsOn.length === 0 ? {} : { dependsOn }),
      })),
    },
  });
}

function projectsOf(apps: readonly App[]): { projects?: object[] } {
  const own = apps.filter(({ forbids }) => forbids !== undefined);
  return own.length === 0 ? {} : { projects: own.map(app => ({ name: app.name, ...rulesOf(app) })) };
}

function rulesOf({ forbids = [] }: App): object {
  return {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    namespaceResourceBlacklist: forbids.map(kind => ({ group: groups[kind] ?? '', kind })),
  };
}

function argoProject(app: App): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: app.name, namespace: 'argocd' },
    spec: rulesOf(app),
  });
}

function argoFile({ name, namespace, automated, prune, selfHeal, cascade, forbids }: App): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      ...(cascade ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}),
    },
    spec: {
      project: forbids === undefined ? 'default' : name,
      source: { repoURL: 'https://git.test/fleet', path: `apps/${name}`, targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: {
        ...(automated ? { automated: { prune, selfHeal } } : {}),
        syncOptions: ['CreateNamespace=true'],
      },
    },
  });
}

const groups: Partial<Record<ItemKind, string>> = {
  Deployment: 'apps',
  Job: 'batch',
  Definition: 'apiextensions.k8s.io',
  Widget: 'sim.example',
};

export function keyOfItem(item: Item, { namespace }: Pick<App, 'namespace'>): string {
  const kind = item.kind === 'Definition' ? 'CustomResourceDefinition' : item.kind;
  const place = isClusterWide(item) ? '' : (item.namespace ?? (namespace || 'default'));
  return `${groups[item.kind] ?? ''}/${kind}/${place}/${item.name}`;
}
