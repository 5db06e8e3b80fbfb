import { expect, test } from 'vitest';
import { isSensitivePath, needsStatus, rank } from './kinds.ts';

const ranked = [
  ['/Namespace'],
  ['apiextensions.k8s.io/CustomResourceDefinition', '/Secret', 'rbac.authorization.k8s.io/RoleBinding'],
  ['/Service'],
  ['apps/Deployment', 'batch/Job'],
  ['networking.k8s.io/Ingress', '/PodTemplate'],
  ['gateway.networking.k8s.io/Gateway', 'cert-manager.io/Certificate', 'argoproj.io/Application'],
  ['apiregistration.k8s.io/APIService', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
];

test.each(ranked.flatMap((names, place) => names.map(name => [name, place] as const)))(
  '%s goes in place %i',
  (name, place) => {
    const [group = '', kind = ''] = name.split('/');
    expect(rank({ group, kind })).toBe(place);
  },
);

test.each([
  ['/Secret', false],
  ['/ConfigMap', false],
  ['rbac.authorization.k8s.io/Role', false],
  ['apps/Deployment', true],
  ['/Namespace', true],
  ['gateway.networking.k8s.io/Gateway', true],
])('the status of %s is needed: %s', (name, needed) => {
  const [group = '', kind = ''] = name.split('/');
  expect(needsStatus({ group, kind })).toBe(needed);
});

test.each([
  ['/api/v1/secrets', true],
  ['/api/v1/namespaces/shop/secrets', true],
  ['/api/v1/namespaces/shop/secrets/web', true],
  ['/api/v1/namespaces/secrets/secrets/secrets', true],
  ['/api/v1/namespaces/secrets', false],
  ['/api/v1/namespaces/secrets/configmaps/secrets', false],
  ['/api/v1/namespaces/shop/secretstores/web', false],
  ['/apis/example.org/v1/namespaces/shop/secrets/web', false],
])('a request about Secrets is known by its path: %s %s', (path, sensitive) => {
  expect(isSensitivePath(path)).toBe(sensitive);
});
