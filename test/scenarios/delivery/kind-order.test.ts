import { expect, test } from 'vitest';
import { type Mark, mark, requests } from '../../world/audit.ts';
import { deployment, manifest } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('one sync of a namespace, a definition and what they are for: by kind, waiting for the definition, and away in reverse', async () => {
  const group = (name: string) => `${name}.example.com`;
  const definition = (name: string) =>
    manifest({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `gadgets.${group(name)}` },
      spec: {
        group: group(name),
        scope: 'Namespaced',
        names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget' },
        versions: [
          {
            ...{ name: 'v1', served: true, storage: true },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
  // The garbage collector, which deletes in the foreground, learns of new kinds only after half a minute.
  const sync = { options: ['PrunePropagationPolicy=background'] };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, maxDelete: '100%', sync }]),
    'app/00-gadget.json': manifest({
      apiVersion: `${group(name)}/v1`,
      kind: 'Gadget',
      metadata: { name: 'mine', namespace: `${name}-own` },
    }),
    'app/01-web.json': deployment('web'),
    'app/02-config.json': configMap('config', { color: 'red' }),
    'app/03-definition.json': definition(name),
    'app/04-namespace.json': manifest({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${name}-own` } }),
    'app/stays.json': configMap('stays', {}),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const changes = async (since?: Mark) => {
    const made = await requests(access, { ...(since && { since }), user: 'holdfast' });
    const mine = made.filter(({ uri, verb }) => uri.includes(name) && ['patch', 'delete'].includes(verb));
    return mine.filter(({ dryRun }) => !dryRun).map(({ resource }) => resource);
  };
  const { operation } = await holdfast.untilSynced(name);
  expect(operation?.attempt).toBe(1);
  expect(operation?.results.filter(({ result }) => result !== 'succeeded')).toEqual([]);
  const kinds = [...new Set(await changes())];
  expect(kinds.slice(0, 1)).toEqual(['namespaces']);
  expect(kinds.slice(1, 3).sort()).toEqual(['configmaps', 'customresourcedefinitions']);
  expect(kinds.slice(3)).toEqual(['deployments', 'gadgets']);
  const gadget = { apiVersion: `${group(name)}/v1`, kind: 'Gadget', namespace: `${name}-own`, name: 'mine' };
  expect(await kube.get(gadget)).toBeDefined();

  const since = await mark(access);
  const commit = await repo.commit({
    ...{ 'app/00-gadget.json': null, 'app/01-web.json': null, 'app/02-config.json': null },
    'app/03-definition.json': null,
  });
  await holdfast.untilSynced(name, commit);
  const deleted = await changes(since);
  expect(deleted.slice(0, 2)).toEqual(['gadgets', 'deployments']);
  expect(deleted.slice(2, 4).sort()).toEqual(['configmaps', 'customresourcedefinitions']);
  expect(deleted).toHaveLength(4);
});
