import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import { realEnv } from '../../src/env/real.ts';
import { manifest } from '../scenarios/delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../scenarios/delivery/setup.ts';
import { type GitHttp, startGitHttp } from '../world/git-http.ts';

// Rows 52 to 57 against a whole operator: all that it says and keeps is searched for what is secret.

const password = 'CANARY-password';
const values = ['CANARY-declared', 'CANARY-live', 'CANARY-annotation', 'CANARY-refused', 'CANARY-garbled'];
const forms = [password, 'CANARY-signature', ...values].flatMap(text => [
  text,
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(text),
]);
forms.push(Buffer.from(`reader:${password}`).toString('base64').replace(/=+$/, ''));

let delivery: Delivery;
let api: RunningApi;
let closed: GitHttp;

function secret(name: string, more: object): string {
  return manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more });
}

beforeAll(async () => {
  process.env.CANARY_PASSWORD = password;
  delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { selfHeal: false } }]),
      'app/a.json': configMap('a', {}),
      'app/fine.json': secret('fine', { stringData: { key: 'CANARY-declared' } }),
    }),
    { credentials: [{ prefix: 'http://127.0.0.1', username: 'reader', passwordVariable: 'CANARY_PASSWORD' }] },
  );
  closed = await startGitHttp({ directory: delivery.directory, credentials: { username: 'x', password: 'y' } });
  const { operator } = delivery.test;
  api = await startApi({
    env: realEnv(),
    operator,
    host: '127.0.0.1',
    port: 0,
    token: 't',
    access: memoryAccess(realEnv()),
  });
  await delivery.test.untilSynced(delivery.name);
});
afterAll(async () => {
  await api?.close();
  await closed?.stop();
  await delivery?.[Symbol.asyncDispose]();
  delete process.env.CANARY_PASSWORD;
});

async function answers(name: string): Promise<string> {
  const key = encodeURIComponent(`/Secret/${name}/fine`);
  const ways = ['environment', 'applications', 'events?limit=1000', 'doctor'];
  const ofOne = ['', '/diff', '/history', `/resources/${key}`, '/logs'];
  const names = delivery.test.operator.applications().map(one => one.name);
  ways.push(...names.flatMap(one => ofOne.map(way => `applications/${one}${way}`)));
  const texts = await Promise.all(
    ways.map(async way => {
      const answer = await fetch(`${api.url}/api/v1/${way}`, { headers: { authorization: 'Bearer t' } });
      return `${way}: ${await answer.text()}`;
    }),
  );
  return texts.join('\n');
}

/** What Git has is compressed in its packs; anything else is searched as it is. */
function filesWith(text: string): string {
  const words = ['-rlaF', '--', text, `${delivery.directory}/data`];
  try {
    return execFileSync('grep', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return ''; // grep ends with 1 when it finds nothing.
  }
}

async function expectNowhere(name: string): Promise<void> {
  const said = `${await answers(name)}\n${JSON.stringify(delivery.test.log)}`;
  expect(said).toContain(name);
  for (const form of forms) {
    expect(said).not.toContain(form);
    expect(filesWith(form)).toBe('');
  }
}

test('a Secret that drifted, with copies of its values in annotations', async () => {
  const { test: holdfast, kube, name } = delivery;
  await kube.patch(
    { apiVersion: 'v1', kind: 'Secret', namespace: name, name: 'fine' },
    {
      stringData: { key: 'CANARY-live' },
      metadata: {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': 'CANARY-annotation',
          copy: 'CANARY-annotation',
        },
      },
    },
  );
  const { resources } = await holdfast.until(name, ({ sync }) => sync.message === '1 changed in the target');
  expect(resources.find(({ id }) => id.name === 'fine')?.drift?.changes).toMatchObject([
    { path: '/data/key', masked: true },
  ]);
  await expectNowhere(name);
});

test('Secrets that the API server refuses', async () => {
  const { test: holdfast, repo, name } = delivery;
  const bad = await repo.commit({
    'app/type.json': secret('type', { type: 'kubernetes.io/tls', stringData: { key: 'CANARY-refused' } }),
    'app/garbled.json': secret('garbled', { data: { key: '%CANARY-garbled' } }),
  });
  await holdfast.refresh();
  const { operation } = await holdfast.until(name, one => one.operation?.result === 'failed');
  expect(operation?.revision).toBe(bad);
  await expectNowhere(name);
  await holdfast.untilSynced(name, await repo.revert(bad));
});

test('addresses with passwords and signatures in them, and credentials that are refused', async () => {
  const { test: holdfast, repo, name } = delivery;
  const withPassword = closed.urlOf('fleet.git').replace('http://', `http://reader:${password}@`);
  const source = (repoURL: string, more: object = { path: 'app' }) => ({
    project: 'default',
    destination: { server: 'https://kubernetes.default.svc', namespace: name },
    source: { repoURL, ...more },
    syncPolicy: { automated: {} },
  });
  const chart = { chart: 'web', targetRevision: '1.0.0' };
  const sources = {
    password: source(withPassword),
    chart: source(`http://reader:${password}@127.0.0.1:9/charts`, chart),
    signature: source('http://127.0.0.1:9/charts?sig=CANARY-signature', chart),
    shell: source(`reader:${password}@127.0.0.1:fleet.git`),
    configured: source(closed.urlOf('fleet.git')),
  };
  const applications = Object.entries(sources).map(([word, spec]) => [
    `${word}.json`,
    manifest({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: `${name}-${word}` }, spec }),
  ]);
  await repo.commit({ 'holdfast.yaml': null, ...Object.fromEntries(applications) });
  await holdfast.refresh().catch(() => undefined);
  for (const word of Object.keys(sources)) {
    const { conditions } = await holdfast.until(`${name}-${word}`, one =>
      one.conditions.some(({ level }) => level === 'error'),
    );
    await holdfast.operator.sync(`${name}-${word}`, {}, 'appdev').catch(() => undefined);
    expect(conditions.length).toBeGreaterThan(0);
  }
  // What was asked for can still be told.
  const shown = Object.keys(sources).map(word => holdfast.status(`${name}-${word}`)?.source.repoURL);
  expect(shown).toEqual([
    closed.urlOf('fleet.git').replace('http://', 'http://***@'),
    'http://***@127.0.0.1:9/charts',
    'http://127.0.0.1:9/charts?***',
    '***@127.0.0.1:fleet.git',
    closed.urlOf('fleet.git'),
  ]);
  await expectNowhere(name);
});

test('nothing for debugging is served, with or without the token', async () => {
  for (const way of ['debug/pprof/heap', 'debug', 'api/v1/debug', 'json/list', 'api/v1/heapdump']) {
    for (const headers of [{}, { authorization: 'Bearer t' }]) {
      const { status } = await fetch(`${api.url}/${way}`, { headers });
      expect([401, 404]).toContain(status);
    }
  }
});

test('what is measured is for those with a token, and names no secret', async () => {
  expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
  const measured = await fetch(`${api.url}/metrics`, { headers: { authorization: 'Bearer t' } });
  expect(measured.status).toBe(200);
  expect(await measured.text()).not.toContain('CANARY');
});
