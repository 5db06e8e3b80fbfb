import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// What was changed by hand, accepted on the command line: as a patch, and as a branch.

const env = realEnv();
let delivery: Delivery;
let api: RunningApi;

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(['--data-dir', `${delivery.directory}/data`, ...words], { directory: delivery.directory });
}

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, sync: { automated: true, selfHeal: false } },
    ]),
    'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {color: red} # of the brand\n',
  }));
  const { test: operator, name, directory, kube } = delivery;
  api = await startApi({
    ...{ env, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) },
    operator: operator.operator,
  });
  await writeOperatorFile(env.files, `${directory}/data`, { url: api.url, token: 't', pid: process.pid });
  await operator.untilSynced(name);
  const url = `/api/v1/namespaces/${name}/configmaps/a?fieldManager=kubectl-edit`;
  await kube.request('PATCH', url, { data: { color: 'blue' } }, 'application/merge-patch+json');
  await operator.until(name, ({ resources }) => resources.some(({ drift }) => drift !== undefined));
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

test('the patch alone is printed, so that it can be given to git; how, is said beside it', async () => {
  const { code, out, err } = await holdfast('accept', delivery.name);
  expect(code).toBe(0);
  expect(out).toMatch(/^From 0{40} /);
  expect(out).toContain('+data: {color: blue} # of the brand');
  expect(err).toContain('git am --3way');
});

test('with --push it is a branch, with the reason in its message', async () => {
  const { code, out } = await holdfast('accept', delivery.name, '--push', '--reason', 'Blue is the new red');
  expect(code).toBe(0);
  const [branch = ''] = /^holdfast\/accept-\S+/m.exec(out) ?? [];
  expect(await delivery.repo.git(['log', '-1', '--format=%an %b', branch])).toMatch(/^admin Blue is the new red/);
  const again = await holdfast('accept', delivery.name, '--push');
  expect(again.out).toContain('proposed before');
});

test('only what is named, and what cannot be accepted with its reason', async () => {
  const { code, out, err } = await holdfast('accept', delivery.name, '--resource', `/Namespace//${delivery.name}`);
  expect([code, out]).toEqual([0, '']);
  expect(err).toContain('it does not differ now');
  expect(err).toContain('Nothing of it can be accepted');
});
