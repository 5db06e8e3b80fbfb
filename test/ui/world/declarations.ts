import { stringify } from 'yaml';
import type { Files } from '../../world/git-repo.ts';
import { type Member, members } from './fleet.ts';
import { configMap, yaml } from './manifests.ts';

/** Argo CD's objects in `fleet/`, and most of what they deliver in `apps/`. */
export function repositoryFiles(url: string, fillers: number): Files {
  const files: Files = { 'fleet/projects.yaml': yaml(...projects) };
  for (const member of [...members, ...fillerMembers(fillers)]) {
    if (member.isLate !== true) files[`fleet/${member.name}.yaml`] = stringify(application(member, url));
    if (member.from === undefined) Object.assign(files, filesOf(member));
  }
  return files;
}

/** What was committed before that; oldest first. */
export function earlierCommits(): (NonNullable<Member['from']> & { files: Files })[] {
  const commits = members.flatMap(member =>
    member.from === undefined ? [] : [{ ...member.from, files: filesOf(member) }],
  );
  return commits.toSorted((a, b) => b.hoursAgo - a.hoursAgo);
}

function filesOf({ name, files }: Member): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`apps/${name}/${path}`, text]));
}

/** Files that declare them, and that no longer do. */
export function declarationFiles(url: string, declared: readonly string[], undeclared: readonly string[]): Files {
  const files: Files = {};
  for (const member of members)
    if (declared.includes(member.name)) files[`fleet/${member.name}.yaml`] = stringify(application(member, url));
  for (const name of undeclared) files[`fleet/${name}.yaml`] = null;
  return files;
}

const kinds = [{ group: '', kind: 'Namespace' }];
const projects = ['shop', 'platform', 'data'].map(name => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name },
  spec: {
    description: `What the team ${name} runs`,
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: name === 'shop' ? kinds : [{ group: '*', kind: '*' }],
    roles: [
      {
        name: 'ci',
        description: 'Delivers from the pipeline',
        policies: [`p, proj:${name}:ci, applications, sync, ${name}/*, allow`],
        groups: [`${name}-builds`],
      },
    ],
  },
}));

function application({ name, project, labels, repo, cascade, sync = {} }: Member, url: string) {
  const { automated, selfHeal = true, retry, options = [] } = sync;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, labels, ...(cascade === true ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}) },
    spec: {
      project,
      source: { repoURL: repo ?? url, path: `apps/${name}`, targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace: `demo-${name}` },
      syncPolicy: {
        ...(automated === false ? {} : { automated: { prune: true, selfHeal } }),
        ...(retry === undefined
          ? {}
          : { retry: { limit: retry, backoff: { duration: '1s', factor: 2, maxDuration: '10s' } } }),
        syncOptions: ['CreateNamespace=true', ...options],
      },
    },
  };
}

const words = ['harbour', 'compass', 'lantern', 'beacon', 'anchor', 'rigging', 'tide', 'keel', 'sextant', 'buoy'];

/** Applications without a story, to have many. */
function fillerMembers(count: number): Member[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${words[index % words.length]}-${String(Math.floor(index / words.length)).padStart(3, '0')}`;
    const project = (['platform', 'data', 'shop'] as const)[index % 3] ?? 'platform';
    return {
      name,
      project,
      labels: { team: project, tier: index % 2 === 0 ? 'batch' : 'edge' },
      shows: 'one of many',
      files: { 'settings.yaml': yaml(configMap(`${name}-settings`, { number: String(index) })) },
    };
  });
}
