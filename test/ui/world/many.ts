import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import { buildWeb } from '../../../scripts/build-web.ts';
import type { List } from '../../../src/api/list-schemas.ts';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import type { Files } from '../../world/git-repo.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startProvider, type TestProvider } from '../../world/oidc-provider.ts';
import { freePort } from '../../world/port.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, deployment, yaml } from './manifests.ts';
import { startNodes } from './nodes.ts';
import { people } from './people.ts';

/**
 * `bin/holdfast run`, as people start it, with 10,000 applications on a cluster: one has pods, and does not work since somebody
 * changed its image by hand; some hundreds have a ConfigMap each; of the others nothing is declared yet, so that the test does not
 * wait for 10,000 deliveries (`npm run bench` measures those). People sign in by a provider.
 */
export interface Many extends AsyncDisposable {
  /** `http://localhost:12345` */
  url: string;
  provider: TestProvider;
  kube: KubeClient;
  /** Asks as whoever owns the operator. */
  ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T>;
}

export const all = 10_000;
/** Of the project bank; all others are of the project shop. */
export const ofBank = 100;
/** Those of the project bank, and of the project shop as many as make it up, have something to deliver. */
const notEmpty = 600;
/** The one that does not work. */
export const unhealthy = 'checkout';
export const bankName = (index: number) => `bank-${String(index).padStart(3, '0')}`;

const policy = `
p, role:on-call, applications, get, */*, allow
p, role:on-call, applications, *, shop/*, allow
p, role:on-call, logs, get, shop/*, allow
p, role:bank-reader, applications, get, bank/*, allow
p, role:bank-reader, logs, get, bank/*, allow
p, role:bank-reader, projects, get, bank, allow
g, team-on-call, role:on-call
g, team-bank, role:bank-reader
`;

export async function startMany(): Promise<Many> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory('many'));
  const plane = stack.use(await startControlPlane());
  const kube = stack.use(new KubeClient(plane, plane.adminToken, 'oncall'));
  stack.use(await startNodes(plane, 'many-checkout'));
  const [fleet, checkout] = [await GitRepo.create(path, 'fleet.git'), await GitRepo.create(path, 'checkout.git')];
  await checkout.commit(version('5.1.0'), {
    message: 'Checkout 5.1',
    author: people.opsdev,
    at: Date.now() - 86_400_000,
  });
  await fleet.commit(declared(checkout.fileUrl), { message: 'All that we run', author: people.opsdev });

  const url = `http://localhost:${await freePort()}`;
  const clientSecret = 'CANARY-client-secret';
  const provider = stack.use(
    await startProvider({ redirects: [`${url}/auth/callback`], afterLogout: [`${url}/login`], clientSecret }),
  );
  provider.people.set('appops', { email: 'appops@example.test', groups: ['team-on-call'] });
  provider.people.set('backdev', { email: 'backdev@example.test', groups: ['team-bank'] });
  await writeFile(join(path, 'client-secret'), clientSecret);
  await writeFile(join(path, 'holdfast-operator.yaml'), configuration(fleet, plane, provider, url));
  const ask = await startProgram(stack, path, url);
  await untilAllDelivered(ask);

  // What happened since then: a commit that was delivered, and a hand that changed what it had delivered.
  const commit = await checkout.commit(version('5.2.0'), { message: 'Checkout 5.2', author: people.appdev });
  await waitFor('the commit', async () => isAt(commit, await ask<Row>('GET', `/api/v1/applications/${unhealthy}/row`)));
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'many-checkout', name: 'web' };
  const container = { name: 'web', image: 'registry.example/checkout:5.2.0-broken' };
  await kube.patch(web, { spec: { template: { spec: { containers: [container] } } } }, 'strategic');
  const counted = async () => (await ask<List>('GET', '/api/v1/list?limit=1')).counts.unhealthy === 1;
  await waitFor('the one unhealthy', counted, { everyMs: 200 });
  const everything = stack.move();
  return { url, provider, kube, ask, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}

type Row = List['items'][number];
type Ask = Many['ask'];

function isAt(commit: string, { sync, health, operation }: Row): boolean {
  const isDone = sync.status === 'Synced' && health.status === 'Healthy' && operation === undefined;
  return isDone && sync.revision === commit;
}

function version(number: string): Files {
  return { 'web.yaml': yaml(deployment('web', { image: `registry.example/checkout:${number}`, deadline: 3 })) };
}

function declared(checkoutUrl: string): Files {
  const files: Files = { 'apps/nothing-yet/nothing.yaml': '# To be filled.\n' };
  const applications: object[] = [
    { name: unhealthy, project: 'shop', repo: checkoutUrl, path: '.', namespace: 'many-checkout' },
  ];
  for (let index = 0; index < all - 1; index++) {
    const project = index < ofBank ? 'bank' : 'shop';
    const name = project === 'bank' ? bankName(index) : `shop-${String(index).padStart(5, '0')}`;
    const path = index < notEmpty ? `apps/${name}` : 'apps/nothing-yet';
    if (index < notEmpty) files[`${path}/settings.yaml`] = yaml(configMap(name, { number: String(index) }));
    applications.push({ name, project, path, namespace: `many-${index % 10}` });
  }
  const rules = { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] };
  const projects = ['shop', 'bank'].map(name => ({
    ...{ name, ...rules },
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  }));
  files['holdfast.yaml'] = stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name: 'many' },
    spec: { projects, defaults: { sync: { selfHeal: false } }, applications },
  });
  return files;
}

function configuration(fleet: GitRepo, plane: ControlPlane, { issuer }: TestProvider, url: string): string {
  return stringify({
    repo: fleet.fileUrl,
    interval: '1s',
    allowLocalRepositories: true,
    target: { kubernetes: { kubeconfig: plane.kubeconfig } },
    publicURL: url,
    listen: { host: '127.0.0.1', port: Number(new URL(url).port) },
    oidc: {
      ...{ issuer, clientId: 'holdfast', clientSecretFile: 'client-secret', title: 'Example ID' },
      scopes: ['openid', 'email', 'groups', 'offline_access'],
    },
    access: { policy },
  });
}

async function startProgram(stack: AsyncDisposableStack, directory: string, url: string): Promise<Ask> {
  const env = {
    ...process.env,
    HOLDFAST_RENDERER: await buildGo(programs.renderer),
    HOLDFAST_WEB: await buildWeb(),
  };
  // A group of its own: the launcher's end alone would leave the operator running.
  const child = spawn(join(import.meta.dirname, '../../../bin/holdfast'), ['run'], {
    ...{ cwd: directory, env, detached: true },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  stack.defer(() => end(child));
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    printed = (printed + text).slice(-10_000);
  });
  await waitFor('the API', () => printed.includes('its API is at')).catch(error => {
    throw new Error(`${error.message}; it printed ${printed}`);
  });
  const { token } = JSON.parse(await readFile(join(directory, '.holdfast/operator.json'), 'utf8'));
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(url + path, { method, headers, ...sent });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}

async function untilAllDelivered(ask: Ask): Promise<void> {
  const began = performance.now();
  let last: List['counts'] | undefined;
  const areDelivered = async () => {
    last = (await ask<List>('GET', '/api/v1/list?limit=1')).counts;
    const { outOfSync, unhealthy: bad, progressing, unknown, syncing } = last;
    return last.all === all && outOfSync + bad + progressing + unknown + syncing === 0;
  };
  await waitFor('all applications', areDelivered, { deadlineMs: 300_000, everyMs: 500 }).catch(error => {
    throw new Error(`${error.message}; ${JSON.stringify(last)}`);
  });
  console.info(
    `${all} applications were looked at and delivered in ${Math.round((performance.now() - began) / 1_000)} s`,
  );
}
