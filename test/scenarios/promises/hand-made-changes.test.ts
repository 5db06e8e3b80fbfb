import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, uniqueName } from '../../world/cluster.ts';
import type { KubeObject } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// Two applications of the same manifests: one keeps what Git says, the other only shows what is not so.

let delivery: Delivery;
const [watched, healed] = [uniqueName('watched'), uniqueName('healed')];

interface Case {
  title: string;
  change(namespace: string, name: string): Promise<unknown>;
  /** Where Kubernetes notes who it was: of what is deleted it does not. */
  by?: string;
  kind?: 'missing';
}

const reference = (namespace: string, name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
const run = (namespace: string, words: string[], input = '') =>
  kubectl(delivery.access, ['-n', namespace, ...words], { input });
const text = async (namespace: string, name: string) =>
  await run(namespace, ['get', 'deployment', name, '-o', 'json', '--show-managed-fields=false']);

/** `kubectl edit` with an editor that changes one line. */
async function edit(namespace: string, name: string): Promise<void> {
  process.env.KUBE_EDITOR = "sed -i 's/replicas: 0/replicas: 3/'";
  await run(namespace, ['edit', 'deployment', name]);
}

const changes: Case[] = [
  { title: 'kubectl edit', change: edit, by: 'kubectl-edit' },
  {
    title: 'kubectl patch',
    change: (namespace, name) => run(namespace, ['patch', 'deployment', name, '-p', '{"spec":{"replicas":2}}']),
    by: 'kubectl-patch',
  },
  {
    title: 'kubectl replace',
    async change(namespace, name) {
      // The controller writes the status at the same time.
      await waitFor('the replacement', async () => {
        const live = JSON.parse(await text(namespace, name)) as KubeObject;
        live.spec.template.spec.containers[0].image = 'web:hand';
        await run(namespace, ['replace', '-f', '-'], JSON.stringify(live));
        return true;
      });
    },
    by: 'kubectl-replace',
  },
  {
    title: 'kubectl scale',
    change: (namespace, name) => run(namespace, ['scale', 'deployment', name, '--replicas=2']),
    by: 'kubectl (scale)',
  },
  {
    title: 'kubectl set image',
    change: (namespace, name) => run(namespace, ['set', 'image', `deployment/${name}`, 'web=web:hand']),
    by: 'kubectl-set',
  },
  {
    title: 'kubectl apply',
    change: (namespace, name) => {
      const { metadata, spec, ...rest } = JSON.parse(manifest(name));
      const changed = { ...rest, metadata: { name: metadata.name }, spec: { ...spec, replicas: 4 } };
      return run(namespace, ['apply', '-f', '-'], JSON.stringify(changed));
    },
    by: 'kubectl-client-side-apply',
  },
  {
    title: 'kubectl apply --server-side of somebody else, by force',
    change: (namespace, name) => {
      const part = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 5 } };
      const flags = ['--server-side', '--force-conflicts', '--field-manager=ops-team'];
      return run(namespace, ['apply', ...flags, '-f', '-'], JSON.stringify(part));
    },
    by: 'ops-team',
  },
  {
    title: 'a label changed',
    change: (namespace, name) => run(namespace, ['label', '--overwrite', 'deployment', name, 'app=other']),
    by: 'kubectl-label',
  },
  { title: 'a label removed', change: (namespace, name) => run(namespace, ['label', 'deployment', name, 'app-']) },
  {
    title: 'our own label removed',
    change: (namespace, name) => run(namespace, ['label', 'deployment', name, 'holdfast.dev/application-']),
  },
  {
    title: 'our own annotation removed',
    change: (namespace, name) => run(namespace, ['annotate', 'deployment', name, 'holdfast.dev/application-']),
  },
  {
    title: 'an annotation removed',
    change: (namespace, name) => run(namespace, ['annotate', 'deployment', name, 'team-']),
  },
  {
    title: 'the object deleted',
    change: (namespace, name) => run(namespace, ['delete', 'deployment', name]),
    kind: 'missing',
  },
  {
    title: 'an item removed from a list',
    change: (namespace, name) =>
      delivery.kube.patch(
        reference(namespace, name),
        [{ op: 'remove', path: '/spec/template/spec/containers/0/ports/1' }],
        'json',
      ),
  },
  {
    title: 'managedFields cleared',
    change: (namespace, name) => delivery.kube.patch(reference(namespace, name), { metadata: { managedFields: [{}] } }),
  },
];

const container = { name: 'web' };
const foreign: Omit<Case, 'by' | 'kind'>[] = [
  {
    title: 'an item that others add to a list',
    change: (namespace, name) =>
      delivery.kube.patch(
        reference(namespace, name),
        { spec: { template: { spec: { containers: [{ ...container, env: [{ name: 'B', value: '2' }] }] } } } },
        'strategic',
      ),
  },
  { title: 'a label of others', change: (namespace, name) => run(namespace, ['label', 'deployment', name, 'x=y']) },
  {
    title: 'an annotation of others',
    change: (namespace, name) => run(namespace, ['annotate', 'deployment', name, 'note=x']),
  },
  {
    title: 'a write to the status',
    change: (namespace, name) =>
      delivery.kube.patchStatus(reference(namespace, name), { replicas: 0, collisionCount: 7 }),
  },
];

const nameOf = (title: string) =>
  title
    .replace(/[^a-z]+/gi, '-')
    .toLowerCase()
    .slice(0, 60);

function manifest(name: string): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name }, annotations: { team: 'shop' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              ...container,
              image: 'web:1',
              env: [{ name: 'A', value: '1' }],
              ports: [
                { containerPort: 80, protocol: 'TCP' },
                { containerPort: 443, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  });
}

beforeAll(async () => {
  const names = [...changes, ...foreign].map(({ title }) => nameOf(title));
  const files = [...names, 'changed-twice', ...foreign.map(({ title }) => `after-${nameOf(title)}`)].map(name => [
    `app/${name}.json`,
    manifest(name),
  ]);
  const application = (name: string, selfHeal: boolean) => ({ name, path: 'app', namespace: name, sync: { selfHeal } });
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [application(watched, false), application(healed, true)]),
    ...Object.fromEntries(files),
  }));
  await delivery.test.untilSynced(watched);
  await delivery.test.untilSynced(healed);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

function resource(application: string, name: string) {
  return delivery.test.status(application)?.resources.find(({ id }) => id.kind === 'Deployment' && id.name === name);
}

/** What Git decides about, without what others may add. */
function ours(object: KubeObject | undefined) {
  const { labels, annotations } = object?.metadata ?? {};
  const mark = 'holdfast.dev/application';
  return {
    spec: object?.spec,
    labels: { app: labels?.app, [mark]: labels?.[mark] },
    annotations: { team: annotations?.team, [mark]: annotations?.[mark] },
    managers: object?.metadata.managedFields?.some(({ manager }) => manager === 'holdfast'),
  };
}

describe('changes by hand', () => {
  test.each(changes)('$title shows as drift, with its author, and stays where nothing heals', async entry => {
    const name = nameOf(entry.title);
    await entry.change(watched, name);
    const found = await waitFor('the drift', () => {
      const one = resource(watched, name);
      return one?.drift !== undefined && one;
    });
    expect(found.sync).toBe('OutOfSync');
    expect(found.drift?.kind).toBe(entry.kind ?? 'changed');
    if (entry.by !== undefined) expect(found.drift?.by?.name).toBe(entry.by);
    if (entry.kind === undefined) expect(found.drift?.changes).not.toEqual([]);
    const status = delivery.test.operator.application(watched);
    expect(status.sync.status).toBe('OutOfSync');
    expect(status.operation?.startedBy).toBe('automated');
    const { resources } = await delivery.test.operator.diff(watched, {}, AbortSignal.timeout(20_000));
    expect(resources.find(({ id }) => id.name === name)).toMatchObject({
      cause: 'drift',
      ...(entry.by === undefined ? {} : { by: { name: entry.by } }),
    });
  });

  test.each(changes)('$title is healed, and told with its author', async entry => {
    const name = nameOf(entry.title);
    const before = await delivery.kube.get(reference(healed, name));
    const after = delivery.test.operator.events({ application: healed, limit: 10_000 }).at(-1)?.id ?? 0;
    await entry.change(healed, name);
    const events = () => delivery.test.operator.events({ application: healed, after });
    await waitFor('the repair', () =>
      events().some(({ type, message }) => type === 'heal' && message.startsWith('succeeded')),
    );
    await delivery.test.until(healed, ({ sync }) => sync.status === 'Synced');
    expect(ours(await delivery.kube.get(reference(healed, name)))).toEqual(ours(before));
    const drift = events().filter(({ type, message }) => type === 'drift' && message.includes(name));
    expect(drift).toHaveLength(1);
    if (entry.by !== undefined) expect(drift[0]?.by).toBe(entry.by);
  });
});

test('of two changes of one field by two people, the later one and its author show', async () => {
  const name = 'changed-twice';
  await run(watched, ['patch', 'deployment', name, '-p', '{"spec":{"replicas":2}}']);
  await waitFor('the first', () => resource(watched, name)?.drift?.by?.name === 'kubectl-patch');
  const part = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 5 } };
  const flags = ['--server-side', '--force-conflicts', '--field-manager=ops-team'];
  await run(watched, ['apply', ...flags, '-f', '-'], JSON.stringify(part));
  const { drift } = await waitFor('the second', () => {
    const found = resource(watched, name);
    return found?.drift?.by?.name === 'ops-team' && found;
  });
  expect(drift?.changes).toMatchObject([{ path: '/spec/replicas', live: '5', declared: '0' }]);
});

test.each(foreign)('$title is no drift', async entry => {
  const name = nameOf(entry.title);
  await entry.change(watched, name);
  // Seen after it: of one kind, news come in their order.
  await delivery.kube.patch(reference(watched, `after-${name}`), { spec: { replicas: 1 } });
  await waitFor('the later change', () => resource(watched, `after-${name}`)?.drift !== undefined);
  expect(resource(watched, name)).toMatchObject({ sync: 'Synced' });
  expect(resource(watched, name)?.drift).toBeUndefined();
});
