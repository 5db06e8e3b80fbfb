import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageChart, simpleChart } from '../../world/chart.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type GitHttp, startGitHttp } from '../../world/git-http.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { type HelmRepository, startHelmRepository } from '../../world/helm-repository.ts';
import { type OciRegistry, startOciRegistry } from '../../world/oci-registry.ts';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, startDelivery } from '../delivery/setup.ts';

// What a source drags in by itself: a project has to allow it by name.

let helm: HelmRepository;
let oci: OciRegistry;
let bases: GitHttp;
let base: GitRepo;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  helm = await startHelmRepository([packageChart(simpleChart('cache', '1.2.3'))]);
  oci = await startOciRegistry();
  await oci.pushChart('charts', packageChart(simpleChart('queue', '2.0.0')));
  directory = await temporaryDirectory('bases');
  base = await GitRepo.create(directory.path, 'base.git');
  await base.commit({
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': configMap('base', { from: 'afar' }),
  });
  await base.tag('v1.0.0');
  bases = await startGitHttp({ directory: directory.path, tls: true });
  await writeFile(join(directory.path, 'ca.crt'), bases.ca ?? '');
});
afterAll(async () => {
  await helm?.[Symbol.asyncDispose]();
  await oci?.stop();
  await bases?.stop();
  await directory?.[Symbol.asyncDispose]();
});

const dependent = (name: string, version: string, repository: string) =>
  JSON.stringify({ apiVersion: 'v2', name: 'web', version: '1.0.0', dependencies: [{ name, version, repository }] });

test('chart dependencies from a Helm and an OCI repository, and a remote base: where a project allows them, and nowhere else', async () => {
  const ociRepository = `oci://${oci.host}/charts`;
  const allowed = { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] };
  const own = (url: string) => ({ ...allowed, sourceRepos: [url] });
  const words = ['http', 'oci', 'base'];
  await using delivery = await startDelivery(
    () => ({
      'http/Chart.yaml': dependent('cache', '^1.0.0', helm.url),
      'oci/Chart.yaml': dependent('queue', '2.0.0', ociRepository),
      'base/kustomization.yaml': `resources: ["${bases.urlOf('base.git')}//base?ref=v1.0.0"]\nnamePrefix: near-\n`,
    }),
    { credentials: [{ prefix: bases.url, caFile: join(directory.path, 'ca.crt') }] },
  );
  const { repo, name, kube } = delivery;
  const open = { clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }] };
  const applications = ['open', 'closed', 'default'].flatMap(project =>
    words.map(path => ({
      name: `${name}-${project}-${path}`,
      path,
      namespace: `${name}-${project}`,
      project: project === 'default' ? 'default' : `${name}-${project}`,
    })),
  );
  await repo.commit({
    'holdfast.yaml': JSON.stringify({
      apiVersion: 'holdfast.dev/v1',
      kind: 'Environment',
      metadata: { name },
      spec: {
        projects: [
          { name: `${name}-open`, ...allowed, ...open },
          { name: `${name}-closed`, ...own(repo.fileUrl), ...open },
        ],
        applications,
      },
    }),
  });
  const holdfast = await delivery.restart();
  for (const word of words) {
    await holdfast.untilSynced(`${name}-open-${word}`);
    for (const project of ['closed', 'default']) {
      const refused = await holdfast.until(`${name}-${project}-${word}`, ({ conditions }) => conditions.length > 0);
      expect(refused.sync.status).toBe('Unknown');
      expect(refused.sync.message).toMatch(/127\.0\.0\.1/);
      expect(refused.conditions[0]?.advice).toMatch(/Allow it in the project/);
    }
  }
  const get = reader(kube, `${name}-open`);
  expect(await get('ConfigMap', `${name}-open-http-cache`)).toMatchObject({ data: { chart: 'cache-1.2.3' } });
  expect(await get('ConfigMap', `${name}-open-oci-queue`)).toMatchObject({ data: { chart: 'queue-2.0.0' } });
  expect(await get('ConfigMap', 'near-base')).toMatchObject({ data: { from: 'afar' } });
  expect(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: `${name}-closed` })).toBeUndefined();
});

test('a remote base at a branch is as of the last commit of the source, or the last hard refresh', async () => {
  await base.commit({ 'base/a.yaml': configMap('base', { from: 'the branch' }) });
  const kustomization = { resources: [`${bases.urlOf('base.git')}//base?ref=main`] };
  await using delivery = await startDelivery(
    name => ({
      'app/kustomization.yaml': JSON.stringify(kustomization),
      'holdfast.yaml': JSON.stringify({
        ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
        spec: {
          projects: [
            {
              name,
              sourceRepos: ['*'],
              destinations: [{ server: '*', namespace: '*' }],
              clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
            },
          ],
          applications: [{ name, path: 'app', namespace: name, project: name }],
        },
      }),
    }),
    { credentials: [{ prefix: bases.url, caFile: join(directory.path, 'ca.crt') }] },
  );
  const { repo, name, kube, test: holdfast } = delivery;
  const get = reader(kube, name);
  const from = async () => (await get('ConfigMap', 'base'))?.data;
  await holdfast.untilSynced(name);
  expect(await from()).toEqual({ from: 'the branch' });

  await base.commit({ 'base/a.yaml': configMap('base', { from: 'its next commit' }) });
  const commit = await repo.commit({
    'app/kustomization.yaml': JSON.stringify({ ...kustomization, commonLabels: { a: 'b' } }),
  });
  await holdfast.untilSynced(name, commit);
  expect(await from()).toEqual({ from: 'its next commit' });

  await base.commit({ 'base/a.yaml': configMap('base', { from: 'the one after it' }) });
  await holdfast.operator.refresh(name, AbortSignal.timeout(60_000), { hard: true });
  await waitFor('the base as it is now', async () => (await from())?.from === 'the one after it');
});
