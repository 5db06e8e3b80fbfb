import { stringify } from 'yaml';
import type { Files } from '../../world/git-repo.ts';
import { type Member, members } from './fleet.ts';
import { configMap, yaml } from './manifests.ts';

/** All of the repository: Argo CD's objects in `fleet/`, and what they deliver in `apps/`. */
export function repositoryFiles(url: string, fillers: number): Files {
  const files: Files = { 'fleet/projects.yaml': yaml(...projects) };
  for (const member of [...members, ...fillerMembers(fillers)]) {
    files[`fleet/${member.name}.yaml`] = stringify(application(member, url));
    for (const [path, text] of Object.entries(member.files)) files[`apps/${member.name}/${path}`] = text;
  }
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
  },
}));

function application({ name, project, labels, repo, sync = {} }: Member, url: string) {
  const { automated, selfHeal = true, retry } = sync;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, labels },
    spec: {
      project,
      source: { repoURL: repo ?? url, path: `apps/${name}`, targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace: `demo-${name}` },
      syncPolicy: {
        ...(automated === false ? {} : { automated: { prune: true, selfHeal } }),
        ...(retry === undefined
          ? {}
          : { retry: { limit: retry, backoff: { duration: '1s', factor: 2, maxDuration: '10s' } } }),
        syncOptions: ['CreateNamespace=true'],
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
