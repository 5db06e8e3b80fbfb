import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { manifest, reader } from './manifests.ts';
import { environmentOf, startDelivery } from './setup.ts';

const template = (group: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: seen}
data:
  version: {{ .Capabilities.KubeVersion.Version | quote }}
  deployments: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  widgets: {{ .Capabilities.APIVersions.Has "${group}/v1/Widget" | quote }}
  secret: {{ lookup "v1" "Secret" "" "" | quote }}
`;

test('a chart sees the version and the kinds of the very cluster it is for, also those that come later, and nothing that is in it', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'chart', namespace: name }]),
    'chart/Chart.yaml': manifest({ apiVersion: 'v2', name: 'shop', version: '1.0.0' }),
    'chart/templates/seen.yaml': template(`${name}.example.com`),
  }));
  const { test: holdfast, kube, name } = delivery;
  const group = `${name}.example.com`;
  const seen = async () => (await reader(kube, name)('ConfigMap', 'seen'))?.data;
  await holdfast.untilSynced(name);
  const { gitVersion: version } = (await kube.request('GET', '/version')).body;
  expect(await seen()).toEqual({ version, deployments: 'true', widgets: 'false', secret: 'map[]' });

  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  await kube.create({
    ...definition,
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  try {
    await waitFor('the chart to be rendered with the new kind', async () => {
      await holdfast.operator.refresh(name, AbortSignal.timeout(10_000));
      return (await seen())?.widgets === 'true';
    });
  } finally {
    await kube.delete({ ...definition, name: `widgets.${group}` });
  }
});
