import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Acceptance } from '../../../src/reconcile/accept/accept.ts';
import { runProgram } from '../../world/process.ts';
import { type Delivery, environmentOf, startDelivery } from './setup.ts';

// What was changed by hand, as a commit: the patch is taken by Git as it is, and afterwards nothing differs.

const plain = `# Colours of the shop
apiVersion: v1
kind: ConfigMap
metadata:
  name: colors # one of two
data:
  wall: red   # see the brand book
  door: blue
---
apiVersion: v1
kind: ConfigMap
metadata: {name: sizes}
data: {door: "2"}
`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: "shop:1"   # from the registry
        env:
        - {name: LEVEL, value: info}
`;
const chart = {
  'helm/Chart.yaml': 'apiVersion: v2\nname: helm\nversion: 1.0.0\n',
  'helm/values.yaml': 'greeting: hello there\n',
  'helm/templates/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: helm}\ndata: {greeting: {{ .Values.greeting | quote }}}\n',
};
const names = ['plain', 'overlay', 'helm'];

let delivery: Delivery;
const app = (part: string) => `${delivery.name}-${part}`;

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(
      name,
      names.map(part => ({
        ...{ name: `${name}-${part}`, path: part === 'overlay' ? 'overlay/prod' : part, namespace: `${name}-${part}` },
        sync: { automated: true, selfHeal: false },
      })),
    ),
    'plain/colors.yaml': plain,
    'overlay/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'overlay/base/web.yaml': deployment,
    'overlay/prod/kustomization.yaml': 'namePrefix: prod-\nresources:\n- ../base # shared\n- own.yaml\n',
    'overlay/prod/own.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {a: "1"}\n',
    ...chart,
  }));
  for (const part of names) await delivery.test.untilSynced(app(part));
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

async function patch(part: string, path: string, body: object, type = 'application/strategic-merge-patch+json') {
  const url = `/${path.includes('deployments') ? 'apis/apps/v1' : 'api/v1'}/namespaces/${app(part)}/${path}?fieldManager=kubectl-edit`;
  await delivery.kube.request('PATCH', url, body, type);
  const name = path.slice(path.lastIndexOf('/') + 1);
  await delivery.test.until(app(part), ({ resources }) =>
    resources.some(({ id, drift }) => id.name === name && drift !== undefined),
  );
}

async function accepted(part: string, chosen?: { key: string; paths?: string[] }[]): Promise<Acceptance> {
  const signal = AbortSignal.timeout(30_000);
  return await delivery.test.operator.accept(app(part), chosen, 'appdev', signal);
}

/** As somebody does who got the patch, and pushes. */
async function merge({ patch: mail, command }: Acceptance): Promise<string> {
  const clone = `${delivery.directory}/clone-${Math.random()}`;
  const git = async (args: string[], input = '') =>
    (
      await runProgram('git', ['-c', 'user.name=Backdev', '-c', 'user.email=backdev@example.com', ...args], {
        cwd: clone,
        input,
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      })
    ).toString();
  await delivery.repo.git(['clone', '--quiet', delivery.repo.path, clone]);
  await git(['apply', '--check', '-'], mail);
  await git(command.split(' ').slice(1), mail);
  await git(['push', '--quiet', 'origin', 'HEAD:main']);
  expect(await git(['status', '--porcelain'])).toBe('');
  const head = (await git(['rev-parse', 'HEAD'])).trim();
  await delivery.test.refresh();
  for (const part of names)
    await delivery.test.until(app(part), ({ sync, resources }) => {
      const isSame = sync.revision === head && sync.status === 'Synced';
      return isSame && resources.every(({ drift }) => drift === undefined);
    });
  expect(await git(['log', '-1', '--format=%an %s'])).toMatch(/^appdev Accept what is live/);
  return await readFile(`${clone}/plain/colors.yaml`, 'utf8');
}

test('plain manifests: the very line, comments and layout kept', async () => {
  await patch('plain', 'configmaps/colors', { data: { wall: 'green' } });
  await patch('plain', 'configmaps/sizes', { data: { door: '3' } });
  const both = await accepted('plain');
  expect(both.notAccepted).toEqual([]);
  expect(both.accepted).toMatchObject([
    { path: '/data/wall', file: 'plain/colors.yaml', line: 7 },
    { path: '/data/door', file: 'plain/colors.yaml', line: 13 },
  ]);
  const wanted = plain.replace('wall: red ', 'wall: green ').replace('door: "2"', 'door: "3"');
  expect(both.files).toEqual([{ path: 'plain/colors.yaml', before: plain, after: wanted }]);
  const [one] = both.accepted;
  const single = await accepted('plain', [{ key: one?.key ?? '', paths: ['/data/wall', '/data/nothing'] }]);
  expect(single.accepted).toHaveLength(1);
  expect(single.notAccepted).toMatchObject([{ path: '/data/nothing', why: 'it does not differ now' }]);
  expect(await merge(both)).toBe(wanted);
});

test('what was deleted: its document goes', async () => {
  await delivery.kube.request('DELETE', `/api/v1/namespaces/${app('plain')}/configmaps/sizes`);
  await delivery.test.until(app('plain'), ({ resources }) => resources.some(({ drift }) => drift?.kind === 'missing'));
  const gone = await accepted('plain');
  expect(gone.accepted).toMatchObject([{ path: '', file: 'plain/colors.yaml' }]);
  expect(gone.files[0]?.after).not.toContain('sizes');
  expect(await merge(gone)).toMatch(/^# Colours of the shop\n/);
});

test('an overlay: its own files are edited, what it shares gets a patch', async () => {
  await patch('overlay', 'configmaps/prod-own', { data: { a: '2' } });
  await patch('overlay', 'deployments/prod-web', {
    spec: { template: { spec: { containers: [{ name: 'web', image: 'shop:2' }] } } },
  });
  const found = await accepted('overlay');
  expect(found.notAccepted).toEqual([]);
  expect(found.files.map(({ path }) => path)).toEqual(['overlay/prod/kustomization.yaml', 'overlay/prod/own.yaml']);
  expect(found.files[0]?.after).toContain('- ../base # shared\n');
  expect(found.files[0]?.after).toContain('patches:\n');
  await merge(found);
});

test('a chart: why not, and where the value may come from', async () => {
  await patch('helm', 'configmaps/helm', { data: { greeting: 'good day' } });
  const { patch: mail, files, notAccepted } = await accepted('helm');
  expect([mail, files]).toEqual(['', []]);
  expect(notAccepted).toMatchObject([
    { path: '/data/greeting', why: expect.stringContaining('helm/values.yaml:1 (greeting)') },
  ]);
});
