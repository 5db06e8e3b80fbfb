import { expect, test } from 'vitest';
import type { ErrorCode } from '../../errors.ts';
import { statusFailure } from './status.ts';

const context = { request: 'apply Deployment shop/web', path: '/apis/apps/v1/namespaces/shop/deployments/web' };
const status = (fields: object) => JSON.stringify({ kind: 'Status', status: 'Failure', ...fields });

test.each<[number, string, ErrorCode]>([
  [401, status({ reason: 'Unauthorized' }), 'K8S_UNAUTHORIZED'],
  [403, status({ reason: 'Forbidden', message: 'User "x" cannot patch' }), 'K8S_FORBIDDEN'],
  [403, status({ message: 'admission webhook "policy" denied the request: no' }), 'K8S_DENIED'],
  [422, status({ message: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no" }), 'K8S_DENIED'],
  [403, status({ details: { causes: [{ reason: 'NamespaceTerminating' }] } }), 'K8S_NAMESPACE_TERMINATING'],
  [404, '404 page not found', 'K8S_KIND_UNKNOWN'],
  [404, status({ message: 'namespaces "shop" not found' }), 'K8S_NAMESPACE_MISSING'],
  [404, status({ message: 'deployments.apps "web" not found' }), 'K8S_NOT_FOUND'],
  [409, status({ reason: 'AlreadyExists' }), 'K8S_EXISTS'],
  [409, status({ reason: 'Conflict' }), 'K8S_CONFLICT'],
  [410, status({ reason: 'Expired' }), 'K8S_GONE'],
  [422, status({ message: 'spec.selector: Invalid value: field is immutable' }), 'K8S_IMMUTABLE'],
  [
    422,
    status({ message: "spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden" }),
    'K8S_IMMUTABLE',
  ],
  [422, status({ message: 'spec.clusterIPs[0]: Invalid value: may not change once set' }), 'K8S_IMMUTABLE'],
  [422, status({ message: 'roleRef: Invalid value: cannot change roleRef' }), 'K8S_IMMUTABLE'],
  [422, status({ message: 'spec.replicas: Invalid value: -1' }), 'K8S_INVALID'],
  [400, status({ message: 'strict decoding error' }), 'K8S_INVALID'],
  [
    500,
    status({ message: 'failed to create typed patch object (x): .foo: field not declared in schema' }),
    'K8S_INVALID',
  ],
  [500, status({ reason: 'InternalError', message: 'failed calling webhook "x"' }), 'K8S_UNAVAILABLE'],
  [429, '', 'K8S_TOO_MANY_REQUESTS'],
  [503, '<html>', 'K8S_UNAVAILABLE'],
  [418, 'teapot', 'K8S_REFUSED'],
])('%i %s', (code, body, expected) => {
  const failure = statusFailure(code, body, context);
  expect(failure.code).toBe(expected);
  expect(failure.message.length).toBeLessThan(1_300);
});

test('of a refused Secret only reason and fields are told', () => {
  const causes = [
    { field: 'data[key]', message: 'CANARY' },
    { field: 'metadata.name', message: 'CANARY' },
    { field: 'CANARY with spaces' },
    { field: 'CANARY' },
  ];
  const body = status({ reason: 'Invalid', message: 'Invalid value: "CANARY"', details: { causes } });
  const { message } = statusFailure(422, body, { request: 'apply Secret a/b', path: '/api/v1/namespaces/a/secrets/b' });
  expect(message).toContain('data[key], metadata.name');
  expect(message).not.toContain('CANARY');
});

const aboutSecrets = { request: 'watch secrets', path: '/api/v1/secrets' };

test.each([
  ['secrets is forbidden: User "system:serviceaccount:a:b" cannot list resource "secrets"', ' in API group "": CANARY'],
  ['secrets "b" is forbidden: User "x" cannot patch resource "secrets"', ' CANARY'],
  ['serviceaccounts "y" is forbidden: User "x" cannot impersonate resource "serviceaccounts"', ' CANARY'],
  ['admission webhook "policy.example.org" denied the request', ': password is CANARY'],
  ["ValidatingAdmissionPolicy 'p' with binding 'q' denied request", ': CANARY'],
  ['Too large resource version', ': 9, current: 5'],
])('of a refusal about Secrets is told, too: %s', (told, withheld) => {
  const { message } = statusFailure(403, status({ reason: 'Forbidden', message: told + withheld }), aboutSecrets);
  expect(message).toContain(`Forbidden: ${told} (the rest of its message is withheld`);
  expect(message).not.toContain(withheld);
});

test('a watch of Secrets, too, learns that the server does not know streaming lists', () => {
  const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  expect(statusFailure(422, status({ message }), aboutSecrets).message).toContain('sendInitialEvents');
});

test('what a webhook wrote where Kubernetes has its reasons is not told of a Secret', () => {
  const { message } = statusFailure(403, status({ reason: 'CANARY', message: 'x' }), aboutSecrets);
  expect(message).toContain('status 403');
  expect(message).not.toContain('CANARY');
});
