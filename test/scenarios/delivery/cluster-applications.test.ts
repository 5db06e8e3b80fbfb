import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator } from '../../world/operator.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap } from './setup.ts';

let access: ControlPlane;

beforeAll(async () => {
  access = await startControlPlane();
});
afterAll(async () => await access.stop());

/** Argo CD's own, as far as it matters: everything is kept as it is written. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'applications.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'Application', plural: 'applications' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

test("an Application of the cluster's API is delivered, says how it is, and takes what it delivered with it", async () => {
  const kube = new KubeClient(access);
  await using directory = await temporaryDirectory('cluster-applications');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit({
    'app/a.json': configMap('a', { color: 'red' }),
    'environment/README.md': 'everything is in the cluster',
  });
  await kube.create(definition);
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: {
      project: 'default',
      source: { repoURL: repo.fileUrl, path: 'app', targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
  await waitFor('the definition to be served', () => kube.create(application));
  await using holdfast = await startTestOperator({
    repo: repo.fileUrl,
    dataDirectory: `${directory.path}/data`,
    config: { path: 'environment', target: { kubernetes: { kubeconfig: access.kubeconfig, applications: 'argocd' } } },
  });
  const reference = { apiVersion: application.apiVersion, kind: 'Application', namespace: 'argocd', name: 'shop' };
  const delivered = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };

  await holdfast.untilSynced('shop');
  expect(await kube.get(delivered)).toMatchObject({ data: { color: 'red' } });
  await waitFor('its status', async () => {
    const { status } = (await kube.get(reference)) as {
      status?: { sync?: { status: string }; health?: { status: string } };
    };
    return status?.sync?.status === 'Synced' && status.health?.status === 'Healthy';
  });

  await kube.delete(reference);
  await waitFor('it to be gone with what it delivered', async () => {
    const left = await Promise.all([kube.get(reference), kube.get(delivered)].map(one => one.catch(() => undefined)));
    return left.every(one => one === undefined);
  });
});
