import { expect, test } from 'vitest';
import { reader } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

test('a mistake in holdfast.yaml is told with line and column, and what was declared before goes on', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { version: '1' }),
  }));
  const { test: holdfast, repo, kube, name } = delivery;
  await holdfast.untilSynced(name);
  const good = environmentOf(name, [{ name, path: 'app', namespace: name }]);
  const mistakes: [string, RegExp][] = [
    [
      `apiVersion: holdfast.dev/v1\nkind: Environment\nmetadata: {name: x}\nspec:\n  applications:\n    - name: ${name}\n      pth: app\n`,
      /holdfast\.yaml:7: column 7: unknown field "pth"; did you mean "path"\?/,
    ],
    ['apiVersion: holdfast.dev/v1\nkind: [\n', /holdfast\.yaml:\d+: column \d+: /],
    ['', /holdfast\.yaml:1: column 1: the file is empty/],
  ];
  for (const [i, [text, problem]] of mistakes.entries()) {
    const version = String(i + 2);
    // Other changes are delivered all the same.
    const commit = await repo.commit({ 'holdfast.yaml': text, 'app/a.json': configMap('a', { version }) });
    await holdfast.untilSynced(name, commit);
    expect(holdfast.operator.environment().problems.join('\n')).toMatch(problem);
    expect(await reader(kube, name)('ConfigMap', 'a')).toMatchObject({ data: { version } });
  }
  const again = await delivery.restart();
  await again.untilSynced(name);
  expect(again.operator.environment().problems.join('\n')).toMatch(/the file is empty/);
  await repo.commit({ 'holdfast.yaml': good });
  await again.refresh();
  expect(again.operator.environment().problems).toEqual([]);
});

test('no definitions at all: each directory is an application, of the type that its files show', async () => {
  await using delivery = await startDelivery(name => ({
    [`${name}-plain/a.yaml`]: configMap('plain', {}),
    [`${name}-chart/Chart.yaml`]: 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    [`${name}-chart/templates/cm.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart}\n',
    [`${name}-kustomization/kustomization.yaml`]: 'resources: [a.yaml]\nnamePrefix: my-\n',
    [`${name}-kustomization/a.yaml`]: configMap('kustomize', {}),
    [`${name}-jsonnet/main.jsonnet`]: "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'json' + 'net'}}",
    [`${name}-empty/README.md`]: 'nothing',
    '.hidden/a.yaml': configMap('hidden', {}),
  }));
  const { test: holdfast, name, kube, repo } = delivery;
  // They name no namespace.
  const names = ['plain', 'chart', 'kustomization', 'jsonnet'].map(word => `${name}-${word}`);
  const types: Record<string, string> = {};
  for (const one of names) types[one] = (await holdfast.untilSynced(one)).source.type;
  expect(Object.values(types)).toEqual(['directory', 'helm', 'kustomize', 'jsonnet']);
  expect(
    holdfast.operator
      .applications()
      .map(one => one.name)
      .toSorted(),
  ).toEqual(names.toSorted());
  const made = await kube.list(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' },
    `holdfast.dev/application in (${names.join(',')})`,
  );
  expect(made.map(({ metadata }) => metadata.name).toSorted()).toEqual(['chart', 'jsonnet', 'my-kustomize', 'plain']);
  await repo.commit({ [`${name}-chart`]: null });
  await holdfast.refresh();
  await holdfast.until(`${name}-plain`, () => holdfast.status(`${name}-chart`) === undefined);
  expect(await reader(kube, 'default')('ConfigMap', 'chart')).toBeUndefined();
  // Clears up behind itself: there is no namespace that could be thrown away.
  for (const one of names.filter(one => !one.endsWith('-chart')))
    await holdfast.operator.remove(one, { orphan: false }, 'test');
  await holdfast.until(
    `${name}-plain`,
    ({ operation }) => operation?.result === 'succeeded' && operation.startedBy === 'test',
  );
});
