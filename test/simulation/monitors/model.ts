/**
 * What should exist, by the files of one commit: a small second opinion that shares no code with Holdfast. It knows only
 * what histories write: JSON in plain directories, and three ways to declare applications.
 */

import type { KubeObject } from './evidence.ts';
import { readMachine } from './machine-model.ts';

export interface AppModel {
  name: string;
  namespace: string;
  automated: boolean;
  prune: boolean;
  selfHeal: boolean;
  cascade: boolean;
  createsNamespace: boolean;
  dependsOn: string[];
  /** What its project does not allow: `group/Kind`. */
  forbids: ReadonlySet<string>;
  /** Everything of it could be read: only then does what is absent mean anything. */
  whole: boolean;
  /** And nothing of it will be refused. */
  clean: boolean;
  /** What is kept, by key. */
  objects: Map<string, KubeObject>;
  /** What is run. */
  hooks: Map<string, KubeObject>;
}

export interface Model {
  /** The declarations themselves could be read. */
  readable: boolean;
  apps: Map<string, AppModel>;
}

const known = new Map<ReadonlyMap<string, string>, Model>();

/** Remembered by the files' identity: commits are asked about again and again. */
export function whatShouldBe(files: ReadonlyMap<string, string>): Model {
  const before = known.get(files);
  if (before !== undefined) return before;
  if (known.size > 200) known.clear();
  const model = readModel(files);
  known.set(files, model);
  return model;
}

/** Declarations that cannot be read are as they were; what applications consist of is as it is now. */
export function modelsOf(heads: readonly { files: ReadonlyMap<string, string> }[]): Model[] {
  let last: ReadonlyMap<string, string> | undefined;
  return heads.map(({ files }) => {
    const model = whatShouldBe(files);
    if (model.readable) last = files;
    return model.readable || last === undefined ? model : whatShouldBe(overlaid(files, last));
  });
}

const overlays = new WeakMap<object, ReadonlyMap<string, string>>();

function overlaid(
  files: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isEnvironment = ([path]: [string, string]) => path.startsWith('env/');
  const merged =
    overlays.get(files) ??
    new Map([...[...files].filter(one => !isEnvironment(one)), ...[...before].filter(isEnvironment)]);
  overlays.set(files, merged);
  return merged;
}

function readModel(files: ReadonlyMap<string, string>): Model {
  try {
    const apps = new Map(declarations(files).map(app => [app.name, app]));
    return { readable: true, apps };
  } catch {
    return { readable: false, apps: new Map() };
  }
}

type Json = Record<string, unknown>;
type Policy = { automated?: boolean; prune?: boolean; selfHeal?: boolean };

function declarations(files: ReadonlyMap<string, string>): AppModel[] {
  const environment = files.get('env/holdfast.yaml');
  if (environment !== undefined) {
    const { spec } = JSON.parse(environment) as { spec: { applications: Json[]; projects?: Project[] } };
    const forbidden = forbiddenBy(spec.projects ?? []);
    return spec.applications.map(given => {
      const { automated = true, prune = true, selfHeal = true } = (given.sync ?? {}) as Policy;
      const policy = { automated, prune, selfHeal, cascade: given.cascade !== false, createsNamespace: true };
      const dependsOn = (given.dependsOn ?? []) as string[];
      const app = appOf(files, `${given.name}`, `${given.path}`, `${given.namespace ?? ''}`, dependsOn, policy);
      return under(forbidden.get(`${given.project}`), app);
    });
  }
  const argo = [...files].filter(([path]) => /^env\/[^/]+\.yaml$/.test(path));
  if (argo.length > 0) {
    const objects = argo.map(([, text]) => JSON.parse(text));
    const projects = objects.filter(({ kind }) => kind === 'AppProject');
    const forbidden = forbiddenBy(projects.map(({ metadata, spec }) => ({ name: metadata.name, ...spec })));
    const applications: ArgoApplication[] = objects.filter(({ kind }) => kind === 'Application');
    return applications.map(one => under(forbidden.get(one.spec.project), argoApp(files, one)));
  }
  const names = new Set([...files.keys()].flatMap(path => directoryOf(path) ?? []));
  const policy = { automated: true, prune: true, selfHeal: true, cascade: true, createsNamespace: false };
  return [...names].map(name => appOf(files, name, `env/${name}`, '', [], policy));
}

interface Project {
  name: string;
  namespaceResourceBlacklist?: { group: string; kind: string }[];
}

function forbiddenBy(projects: readonly Project[]): Map<string, string[]> {
  return new Map(
    projects.map(({ name, namespaceResourceBlacklist: kinds = [] }) => [
      name,
      kinds.map(({ group, kind }) => `${group}/${kind}`),
    ]),
  );
}

/** Where something is forbidden, something may be refused: what it declares, or that it goes. */
function under(forbidden: readonly string[] = [], app: AppModel): AppModel {
  return { ...app, forbids: new Set(forbidden), clean: app.clean && forbidden.length === 0 };
}

/** In which directory of the environment there is something to deliver. */
function directoryOf(path: string): string | undefined {
  return /^env\/([^/]+)\/([^/]+\.yaml|Procfile|appspec\.yml)$/.exec(path)?.[1];
}

interface ArgoApplication {
  metadata: { name: string; finalizers?: string[] };
  spec: {
    project: string;
    source: { path: string };
    destination: { namespace: string };
    syncPolicy: { automated?: { prune?: boolean; selfHeal?: boolean }; syncOptions?: string[] };
  };
}

function argoApp(files: ReadonlyMap<string, string>, { metadata, spec }: ArgoApplication): AppModel {
  const { automated, syncOptions = [] } = spec.syncPolicy;
  return appOf(files, metadata.name, spec.source.path, spec.destination.namespace, [], {
    automated: automated !== undefined,
    prune: automated?.prune === true,
    selfHeal: automated?.selfHeal === true,
    cascade: (metadata.finalizers ?? []).length > 0,
    createsNamespace: syncOptions.includes('CreateNamespace=true'),
  });
}

function appOf(
  files: ReadonlyMap<string, string>,
  name: string,
  path: string,
  namespace: string,
  dependsOn: string[],
  policy: Pick<AppModel, 'automated' | 'prune' | 'selfHeal' | 'cascade' | 'createsNamespace'>,
): AppModel {
  const app: AppModel = {
    ...policy,
    ...{ name, namespace, dependsOn, forbids: new Set<string>() },
    ...{ whole: false, clean: true, objects: new Map(), hooks: new Map() },
  };
  const machine = readMachine(app, path, files);
  if (machine !== undefined) return { ...app, whole: machine };
  const inside = [...files].filter(([file]) => file.startsWith(`${path}/`));
  const read = inside.map(([file, text]) => !file.endsWith('.yaml') || take(app, text));
  app.whole = inside.length > 0 && !read.includes(false);
  return app;
}

const clusterWide = ['Namespace', 'CustomResourceDefinition'];

/** Answers whether the file could be read. */
function take(app: AppModel, text: string): boolean {
  let object: KubeObject;
  try {
    object = JSON.parse(text);
  } catch {
    return false;
  }
  const { kind = '', apiVersion = '', metadata = {} } = object;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const namespace = clusterWide.includes(kind) ? '' : metadata.namespace || app.namespace || 'default';
  const key = `${group}/${kind}/${namespace}/${metadata.name}`;
  const isHook = metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined;
  (isHook ? app.hooks : app.objects).set(key, object);
  if (kind === 'Unserved' || 'datas' in object) app.clean = false;
  return true;
}

/** Whether its project lets it have this at all. */
export function isForbidden({ forbids }: AppModel, key: string): boolean {
  const [group = '', kind = ''] = key.split('/');
  return forbids.has(`${group}/${kind}`);
}

/** Whether everything that is declared is so in what is there; more may be there. */
export function isContained(declared: unknown, there: unknown): boolean {
  if (Array.isArray(declared))
    return (
      Array.isArray(there) &&
      declared.length === there.length &&
      declared.every((item, i) => isContained(item, there[i]))
    );
  if (typeof declared !== 'object' || declared === null) return declared === there;
  if (typeof there !== 'object' || there === null) return false;
  return Object.entries(declared).every(([name, value]) => isContained(value, (there as Json)[name]));
}
