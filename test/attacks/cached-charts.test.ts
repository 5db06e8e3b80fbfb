import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reader } from '../scenarios/delivery/manifests.ts';
import { startDelivery } from '../scenarios/delivery/setup.ts';
import { packageChart, simpleChart } from '../world/chart.ts';
import { startHelmRepository } from '../world/helm-repository.ts';

// Case 11: one application has fetched a chart that another, in the same repository, may not have.

const dependent = (repository: string) =>
  JSON.stringify({
    ...{ apiVersion: 'v2', name: 'web', version: '1.0.0' },
    dependencies: [{ name: 'cache', version: '1.2.3', repository }],
  });

test('what was fetched for one application is no file of another', async () => {
  await using helm = await startHelmRepository([packageChart(simpleChart('cache', '1.2.3'))]);
  await using delivery = await startDelivery(() => ({ 'README.md': 'nothing yet' }));
  const { repo, name, kube, directory } = delivery;
  const allowed = {
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
  };
  const projects = [
    { name: 'open', sourceRepos: ['*'], ...allowed },
    { name: 'closed', sourceRepos: [repo.fileUrl], ...allowed },
  ];
  const environment = (applications: object[]) =>
    JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
      spec: { projects, applications },
    });
  const owner = { name: `${name}-b`, path: 'b', namespace: `${name}-b`, project: 'open' };
  await repo.commit({ 'holdfast.yaml': environment([owner]), 'b/Chart.yaml': dependent(helm.url) });
  await delivery.test.untilSynced(owner.name);
  expect(await reader(kube, owner.namespace)('ConfigMap', `${owner.name}-cache`)).toBeDefined();

  const data = join(directory, 'data');
  const kept = (await readdir(data, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && !entry.parentPath.includes('.git'))
    .map(entry => join(entry.parentPath, entry.name));
  const archives = kept.filter(path => /chart/i.test(path));
  expect(archives.length).toBeGreaterThan(0);

  const own = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
  const attacks: [files: Record<string, string>, helm?: object][] = [
    [{ 'Chart.yaml': dependent(helm.url) }],
    ...archives
      .slice(0, 3)
      .flatMap((path): [Record<string, string>, object?][] => [
        [{ 'Chart.yaml': own, 'templates/a.yaml': '' }, { valueFiles: [path] }],
        [
          { 'Chart.yaml': own, 'templates/a.yaml': '' },
          { fileParameters: [{ name: 'a', path: `../../../..${path}` }] },
        ],
        [{ 'Chart.yaml': dependent(`file://${path}`) }],
      ]),
    [{ 'Chart.yaml': dependent(`file://${join(data, 'charts')}`) }],
  ];
  const applications = attacks.map(([, words], i) => ({
    ...{ name: `${name}-a${i}`, path: `a${i}`, namespace: `${name}-a`, project: 'closed' },
    ...(words === undefined ? {} : { helm: words }),
  }));
  await repo.commit({
    'holdfast.yaml': environment([owner, ...applications]),
    ...Object.fromEntries(
      attacks.flatMap(([files], i) => Object.entries(files).map(([path, text]) => [`a${i}/${path}`, text])),
    ),
  });
  await delivery.test.refresh();
  expect(delivery.test.operator.environment().problems).toEqual([]);
  for (const one of applications) {
    const refused = await delivery.test.until(one.name, ({ conditions }) => conditions.length > 0);
    expect(refused.sync.status).toBe('Unknown');
    expect(refused.resources).toEqual([]);
  }
  expect(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: `${name}-a` })).toBeUndefined();
  await delivery.test.untilSynced(owner.name);
});
