import { expect, test } from 'vitest';
import { requestOrigin } from '../../../src/access/audit/origin.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, startDelivery } from './setup.ts';

function environment(name: string, more: { policy?: string; kinds?: string[]; title?: string } = {}): string {
  const { policy = '', kinds = [], title = name } = more;
  return JSON.stringify({
    ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name: title } },
    spec: {
      access: { policy },
      projects: [
        {
          ...{ name: 'team', sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
          clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
          namespaceResourceBlacklist: kinds.map(kind => ({ group: '', kind })),
        },
      ],
      applications: [{ name, project: 'team', path: 'app', namespace: name }],
    },
  });
}

test('who changed the rules, in which commit, reviewed by whom, and what of them; also what changed while nobody looked', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environment(name),
    'app/a.json': configMap('a', { a: '1' }),
  }));
  const { repo, name } = delivery;
  let { test: holdfast } = delivery;
  const find = async (action: string) => (await holdfast.operator.past.records({ action }, 100))[0];
  await holdfast.untilSynced(name);
  expect(await find('access.changed')).toBeUndefined();

  const author = 'Shop team <appdev@example.com>';
  const message = 'Fewer rights\n\nReviewed-by: Readdev <readdev@example.com>';
  const rules = { policy: 'p, appops, applications, get, */*, allow', kinds: ['Secret'] };
  const commit = await repo.commit({ 'holdfast.yaml': environment(name, rules) }, { author, message });
  await holdfast.refresh();
  const said = { who: 'git', via: 'git', revision: commit, author, reviewers: ['Readdev <readdev@example.com>'] };
  expect(await waitFor('the change', () => find('access.changed'))).toMatchObject({
    ...said,
    detail: { fields: ['policy'], subject: 'Fewer rights' },
  });
  expect(await find('project.changed')).toMatchObject({
    ...said,
    ...{ project: 'team', detail: { fields: ['namespaceResourceDeny'] } },
  });

  // As if a request had come from there; what Holdfast does by itself meanwhile did not.
  await requestOrigin.run({ from: '192.0.2.7' }, async () => {
    await holdfast.operator.suspend(name, 'to look', 'appops via ui');
    await holdfast.operator.resume(name, 'appops via ui');
    await holdfast.operator.sync(name, { force: true }, 'appops via ui');
  });
  await waitFor('the end', () => find('sync.ended').then(one => one?.who === 'appops'));
  for (const action of ['override.suspended', 'override.resumed', 'sync.started', 'sync.ended'])
    expect(await find(action)).toMatchObject({ who: 'appops', via: 'ui', from: '192.0.2.7' });
  const own = (await holdfast.operator.past.records({ via: 'automation' }, 1_000)).filter(
    ({ from }) => from !== undefined,
  );
  expect(own).toEqual([]);

  holdfast = await delivery.restart(() =>
    repo.commit({ 'holdfast.yaml': environment(name, { ...rules, policy: '', title: 'other' }) }, { author, message }),
  );
  await waitFor('the change while stopped', () => find('settings.changed'));
  expect(await find('settings.changed')).toMatchObject({ who: 'git', author, detail: { fields: ['name'] } });
  expect(await find('access.changed')).toMatchObject({ author, detail: { fields: ['policy'] } });
  expect((await holdfast.operator.past.records({ action: 'access.changed' }, 10)).length).toBe(2);
});
