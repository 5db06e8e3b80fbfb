import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../world/http-server.ts';
import { type Delivery, environmentOf, startDelivery } from './setup.ts';

// Accepting by a branch: pushed over HTTP, merged as a forge does it, and afterwards all is Synced, and nothing of what runs was changed.

const text = `# Colours of the shop
apiVersion: v1
kind: ConfigMap
metadata:
  name: colors # one of two
data:
    wall:   red   # see the brand book
    "door": 'blue'
`;

let delivery: Delivery;
let colour = 0;
const signal = () => AbortSignal.timeout(30_000);
const git = (args: string[]) => delivery.repo.git(args);

beforeAll(async () => {
  delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [
        { name, path: 'app', namespace: name, sync: { automated: true, selfHeal: false } },
      ]),
      'app/colors.yaml': text,
    }),
    {},
    { http: true },
  );
  await delivery.test.untilSynced(delivery.name);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

/** Another colour each time. */
beforeEach(async () => {
  const { kube, name, test: holdfast } = delivery;
  const wall = `green-${++colour}`;
  // Two changes of one program within a second look like one.
  const url = `/api/v1/namespaces/${name}/configmaps/colors?fieldManager=kubectl-edit-${colour}`;
  await kube.request('PATCH', url, { data: { wall } }, 'application/merge-patch+json');
  await holdfast.until(name, ({ resources }) =>
    resources.some(({ drift }) => drift?.changes?.some(({ live }) => live === JSON.stringify(wall))),
  );
});

async function propose(more: { expect?: string; reason?: string } = {}) {
  const { operator } = delivery.test;
  return await operator.propose(
    delivery.name,
    { author: 'Appdev <appdev@example.com>', ...more },
    'appdev via ui',
    signal(),
  );
}

/** All of it but whose fields are whose: Holdfast takes back those that somebody changed, so that it sees their next change. */
async function live(): Promise<unknown> {
  const { body } = await delivery.kube.request('GET', `/api/v1/namespaces/${delivery.name}/configmaps/colors`);
  const { metadata, ...rest } = body as { metadata: Record<string, unknown> };
  const { managedFields: _, resourceVersion: __, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

const records = async () => {
  const all = await delivery.test.operator.past.records({ action: 'drift.proposed' }, 10);
  return all.map(({ who, via, result, application, detail }) => ({ who, via, result, application, detail }));
};

test('a branch of its own, whose merge makes it Synced without a change of what runs', async () => {
  const { name, test: holdfast, repo } = delivery;
  const { id, files } = await holdfast.operator.accept(name, undefined, 'appdev', signal());
  const head = await repo.resolve();
  const found = await propose({ expect: id, reason: 'The brand book is older' });
  expect(found).toMatchObject({ isNew: true, revision: head, branch: `holdfast/accept-${name}-${id.slice(0, 8)}` });
  expect(await repo.resolve()).toBe(head);
  expect(await git(['rev-parse', `${found.branch}^`])).toBe(head);
  expect(await git(['log', '-1', '--format=%an <%ae>|%cn|%s', found.branch])).toBe(
    `Appdev <appdev@example.com>|Holdfast|Accept what is live in ${name}: ConfigMap ${name}/colors`,
  );
  const message = await git(['log', '-1', '--format=%b', found.branch]);
  expect(message).toContain('The brand book is older\n\nMade by hand');
  expect(message).toContain(`/data/wall: "red" -> "green-${colour}"`);
  const wanted = text.replace('wall:   red ', `wall:   green-${colour} `);
  expect(files.map(({ after }) => after)).toEqual([wanted]);
  expect(await git(['show', `${found.branch}:app/colors.yaml`])).toBe(wanted.trim());
  expect(await git(['diff', '--shortstat', head ?? '', found.branch])).toMatch(/1 insertion\(\+\), 1 deletion\(-\)$/);
  expect(await records()).toMatchObject([
    {
      who: 'appdev',
      via: 'ui',
      result: 'done',
      application: name,
      detail: { branch: found.branch, commit: found.commit },
    },
  ]);

  // The same once more: nothing is done.
  expect(await propose({ expect: id })).toMatchObject({ isNew: false, commit: found.commit, branch: found.branch });
  expect(await records()).toHaveLength(1);

  const before = await live();
  await git(['update-ref', 'refs/heads/main', found.commit]);
  await holdfast.refresh();
  const { resources } = await holdfast.until(
    name,
    ({ sync }) => sync.revision === found.commit && sync.status === 'Synced',
  );
  expect(resources.filter(({ drift }) => drift !== undefined)).toEqual([]);
  expect(await live()).toEqual(before);
});

test('what is not as it was shown is not proposed', async () => {
  const { id } = await delivery.test.operator.accept(delivery.name, undefined, 'appdev', signal());
  await delivery.repo.commit({ 'other.txt': 'x' });
  await expect(propose({ expect: id })).rejects.toMatchObject({ code: 'ACCEPTANCE_CHANGED' });
  expect(await git(['branch', '--list', `holdfast/*${id.slice(0, 8)}`])).toBe('');
});

test.each<{ what: string; fault?: Fault; hook: string; reason: RegExp }>([
  { what: 'credentials that may only read', fault: { answer: { status: 403 } }, hook: 'exit 0', reason: /403/ },
  { what: 'a rule of the forge', hook: 'echo "branches are protected" >&2; exit 1', reason: /declined/ },
])('$what: the error says so, and what to do', async ({ fault, hook, reason }) => {
  const { repo, git: server, test: holdfast, name } = delivery;
  if (server === undefined) throw new Error('there is no server');
  const refuse = async (script: string) =>
    await writeFile(join(repo.path, 'hooks/pre-receive'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await refuse(hook);
  server.fault = ({ path }) => (path.includes('git-receive-pack') ? fault : undefined);
  const [known] = await records();
  await expect(propose()).rejects.toMatchObject({
    code: 'GIT_PUSH_REFUSED',
    message: expect.stringMatching(reason),
    advice: expect.stringContaining('holdfast accept'),
  });
  const [last] = await records();
  expect(last).not.toEqual(known);
  expect(last).toMatchObject({ who: 'appdev', result: 'failed', detail: { reason: expect.stringMatching(reason) } });
  // The way out is still there.
  const { patch } = await holdfast.operator.accept(name, undefined, 'appdev', signal());
  expect(patch).toContain(`green-${colour}`);
  server.fault = undefined;
  await refuse('exit 0');
});

test('where nothing can be written to Git, nothing is pushed', async () => {
  const request = {
    author: 'appdev',
    resources: [{ key: `/ConfigMap/${delivery.name}/colors`, paths: ['/data/nothing'] }],
  };
  await expect(delivery.test.operator.propose(delivery.name, request, 'appdev', signal())).rejects.toMatchObject({
    code: 'ACCEPTANCE_EMPTY',
    message: expect.stringContaining('does not differ'),
  });
});
