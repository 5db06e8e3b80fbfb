import { expect, test } from 'vitest';
import { deployment, manifest, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

const canary = 'canary-7f3a9c';
const policyGroup = { apiVersion: 'admissionregistration.k8s.io/v1' };

/** Denies what is labelled so, in the namespace; it may quote the object, as careless policies do. */
function policy(name: string) {
  return [
    {
      ...policyGroup,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['configmaps', 'secrets'],
            },
          ],
        },
        validations: [
          {
            expression: "!has(object.metadata.labels) || !('forbidden' in object.metadata.labels)",
            messageExpression:
              "'not here: ' + (has(object.data) && 'key' in object.data ? string(object.data['key']) : '')",
          },
        ],
      },
    },
    {
      ...policyGroup,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
      },
    },
  ];
}

test('what the API server refuses is an error of that resource, with its reason; the rest is applied; no secret value is in any of it', async () => {
  const data = { key: Buffer.from(canary).toString('base64') };
  const secret = (name: string, more: object, metadata: object = {}) =>
    manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name, ...metadata }, data, ...more });
  await using delivery = await startDelivery(() => ({ 'README.md': 'nothing yet' }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const object of policy(name)) await kube.create(object);
  await kube.create({
    ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota', namespace: name } },
    spec: { hard: { 'count/deployments.apps': '0' } },
  });
  // The policy is in force a moment after it is there.
  const probe = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'probe', namespace: name, labels: { forbidden: 'yes' } },
  };
  await expect
    .poll(async () => (await kube.request('POST', `/api/v1/namespaces/${name}/configmaps?dryRun=All`, probe)).status, {
      timeout: 20_000,
    })
    .not.toBe(201);
  const forbidden = { labels: { forbidden: 'yes' } };
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/fine.json': configMap('fine', { color: 'red' }),
    'app/invalid.json': manifest({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'invalid' },
      spec: { ports: [{ port: 99999 }] },
    }),
    'app/misspelt.json': manifest({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'misspelt' },
      daat: { a: '1' },
    }),
    'app/denied.json': manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'denied', ...forbidden } }),
    'app/quota.json': deployment('quota'),
    'app/unknown.json': manifest({ apiVersion: 'example.com/v1', kind: 'Nothing', metadata: { name: 'unknown' } }),
    'app/secret-fine.json': secret('secret-fine', {}),
    'app/secret-invalid.json': secret('secret-invalid', { type: 'kubernetes.io/tls' }),
    'app/secret-denied.json': secret('secret-denied', {}, forbidden),
    'app/secret-garbled.json': secret('secret-garbled', { data: { key: `%${canary}` } }),
  });
  await holdfast.refresh();
  const status = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');

  const messages = Object.fromEntries(
    (status.operation?.results ?? []).map(({ key, result, message }) => [
      key.split('/').at(-1),
      `${result}: ${message}`,
    ]),
  );
  expect(messages.fine).toBe('succeeded: created');
  expect(messages['secret-fine']).toBe('succeeded: created');
  expect(messages.invalid).toMatch(
    /^failed: .*refused apply Service .*invalid as invalid: .*spec\.ports\[0\]\.port.*99999/,
  );
  expect(messages.misspelt).toMatch(/^failed: .*daat/);
  expect(messages.denied).toMatch(/^failed: An admission policy denied apply ConfigMap .*denied.*not here/);
  expect(messages.quota).toMatch(/^failed: An admission policy denied apply Deployment .*exceeded quota: quota/);
  expect(messages['secret-invalid']).toMatch(/^failed: .*data\[tls\.crt\]/);
  expect(messages['secret-denied']).toMatch(/^failed: An admission policy denied/);
  expect(messages['secret-garbled']).toMatch(/^failed: /);
  expect(status.conditions.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Nothing unknown: the cluster does not know the kind Nothing of example.com\/v1/),
  );
  expect((await get('ConfigMap', 'fine'))?.data).toEqual({ color: 'red' });
  expect(await get('Secret', 'secret-fine')).toBeDefined();
  expect(status.sync.status).toBe('OutOfSync');

  // One that is there already, changed: shown as a difference, without its values.
  await kube.patch(
    { apiVersion: 'v1', kind: 'Secret', namespace: name, name: 'secret-fine' },
    { stringData: { key: `${canary}-by-hand` } },
  );
  // By whichever comes first: self-heal, or the next try of the sync.
  await holdfast.until(name, () =>
    holdfast.operator
      .events({ application: name })
      .some(({ type, message }) => type === 'drift' && message.includes('secret-fine')),
  );
  await expect.poll(async () => (await get('Secret', 'secret-fine'))?.data, { timeout: 20_000 }).toEqual(data);
  const said = JSON.stringify([
    holdfast.log,
    holdfast.operator.applications(),
    holdfast.operator.events({ limit: 10_000 }),
    holdfast.operator.history(name),
    await holdfast.operator.inspect.resource(name, `/Secret/${name}/secret-fine`, AbortSignal.timeout(10_000)),
    await holdfast.operator.diff(name, {}, AbortSignal.timeout(10_000)).catch(String),
  ]);
  for (const value of [canary, data.key, Buffer.from(`${canary}-by-hand`).toString('base64')])
    expect(said).not.toContain(value);
  await Promise.all(policy(name).map(({ apiVersion, kind }) => kube.delete({ apiVersion, kind, name })));
});
