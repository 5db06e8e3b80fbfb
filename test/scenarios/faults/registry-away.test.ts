import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Env } from '../../../src/env/env.ts';
import { packageChart, simpleChart } from '../../world/chart.ts';
import { type HelmRepository, startHelmRepository } from '../../world/helm-repository.ts';
import type { Fault } from '../../world/http-server.ts';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';
import { countWrites } from './git-world.ts';

/** What hangs is given up after a second instead of thirty. */
const change = (env: Env): Env => ({
  ...env,
  net: {
    ...env.net,
    http: options => {
      const client = env.net.http(options);
      return { ...client, request: asked => client.request({ ...asked, headTimeoutMs: 1_000, idleTimeoutMs: 1_000 }) };
    },
  },
});

/** To be changed by hand, each once: who fights is healed ever more rarely. */
const spares =
  '{{ range until 5 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "spare-{{ . }}"}\ndata: {by: Git}\n{{ end }}';
const web = (version: string, greeting = 'hello') => {
  const files = simpleChart('web', version);
  return packageChart({ ...files, 'values.yaml': `greeting: ${greeting}\n`, 'templates/spares.yaml': spares });
};
let helm: HelmRepository;
let delivery: Delivery;
const at = (revision: string) => ({
  'holdfast.yaml': environmentOf(delivery.name, [
    { name: delivery.name, repo: helm.url, chart: 'web', revision, namespace: delivery.name },
    { name: `${delivery.name}-near`, path: 'near', namespace: delivery.name },
  ]),
});
beforeAll(async () => {
  helm = await startHelmRepository([web('1.0.0'), web('1.1.0'), web('1.2.0')]);
  delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [
        { name, repo: helm.url, chart: 'web', revision: '1.0.0', namespace: name },
        { name: `${name}-near`, path: 'near', namespace: name },
      ]),
      'near/a.json': configMap('near', { color: 'red' }),
    }),
    {},
    { change },
  );
});
afterEach(() => {
  helm.fault = undefined;
});
afterAll(async () => {
  await delivery?.[Symbol.asyncDispose]();
  await helm?.[Symbol.asyncDispose]();
});

const chartOf = async () =>
  (await reader(delivery.kube, delivery.name)('ConfigMap', `${delivery.name}-web`))?.data.chart;

const faults: Record<string, (path: string) => Fault | undefined> = {
  'HTTP 503': () => ({ answer: { status: 503 } }),
  'HTTP 429': () => ({ answer: { status: 429 } }),
  'no answer': () => ({ hang: true }),
  'a page of HTML': () => ({ answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } }),
  'an index cut off': path => (path === '/index.yaml' ? { truncate: 40 } : undefined),
};

test.each(Object.keys(faults))(
  'a chart repository with %s: the verified chart goes on, also after a restart, and drift is healed',
  async title => {
    const { name, kube } = delivery;
    await delivery.test.untilSynced(name);
    const before = await chartOf();
    const writes = await countWrites(delivery);
    helm.fault = ({ path }) => faults[title]?.(path);
    const holdfast = await delivery.restart();
    const status = await holdfast.untilSynced(name);
    expect(status.conditions).toEqual([]);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: `${name}-web` };
    await kube.patch(map, { data: { chart: 'by hand' } });
    await waitFor('the repair', async () => (await chartOf()) === before);
    expect(await writes()).toEqual([`patch configmaps/${name}-web`]);
  },
);

const archives: Record<string, Fault> = {
  'cut off': { truncate: 100 },
  'of other content': { answer: { status: 200, body: web('1.1.0', 'evil').archive } },
  'that is no archive': { answer: { status: 200, body: 'x'.repeat(300) } },
  gone: { answer: { status: 404 } },
};

test.each(Object.entries(archives))(
  'a new version with an archive %s: it is said, the old one stays, the neighbour goes on; then it is delivered',
  async (title, fault) => {
    const { name, repo } = delivery;
    const version = title === 'cut off' || title === 'gone' ? '1.2.0' : '1.1.0';
    await delivery.test.untilSynced(name, undefined);
    await repo.commit(at('1.0.0'));
    await delivery.test.untilSynced(name);
    // Nothing of it is in a cache.
    const fresh = `${version}-${title.length}`;
    helm.publish(web(fresh));
    const holdfast = await delivery.restart(async data => {
      await rm(`${data}/charts`, { recursive: true, force: true });
    });
    await holdfast.untilSynced(name);
    const before = await chartOf();
    const writes = await countWrites(delivery);
    const requests = helm.log.length;
    helm.fault = ({ path }) => (path.endsWith('.tgz') ? fault : undefined);
    const commit = await repo.commit({
      ...at(fresh),
      'near/a.json': configMap('near', { color: title.replaceAll(' ', '-') }),
    });
    await holdfast.refresh();
    const said = await holdfast.until(
      name,
      ({ sync, conditions }) => sync.status === 'Unknown' && conditions.length > 0,
    );
    expect(said.conditions[0]?.type).toBe('ComparisonError');
    if (title.startsWith('of') || title.startsWith('that')) expect(said.sync.message).toMatch(/sha256/);
    await holdfast.untilSynced(`${name}-near`, commit);
    expect(await chartOf()).toBe(before);
    expect(helm.log.length - requests).toBeLessThanOrEqual(6);
    expect(await writes()).toEqual(['patch configmaps/near']);
    helm.fault = undefined;
    await holdfast.operator.refresh(name, AbortSignal.timeout(10_000));
    await holdfast.untilSynced(name);
    expect(await chartOf()).toBe(`web-${fresh}`);
    expect(await writes()).toEqual(['patch configmaps/near', `patch configmaps/${name}-web`]);
  },
);

test('a version that is published anew with other content: what is delivered stays while it runs', async () => {
  const { name, repo } = delivery;
  await repo.commit(at('1.0.0'));
  await delivery.test.untilSynced(name);
  const writes = await countWrites(delivery);
  helm.publish(web('1.0.0', 'another'));
  await delivery.test.refresh();
  await delivery.test.operator.refresh(name, AbortSignal.timeout(10_000));
  await delivery.test.untilSynced(name, undefined);
  const map = await reader(delivery.kube, name)('ConfigMap', `${name}-web`);
  expect(map?.data.greeting).toBe('hello');
  expect(await writes()).toEqual([]);
});
