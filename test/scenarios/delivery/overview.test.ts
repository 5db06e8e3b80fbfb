import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, startDelivery } from './setup.ts';

test('projects, repositories, the target and the settings, as they are; a repository that is away says since when', async () => {
  await using delivery = await startDelivery(
    name => ({
      'holdfast.yaml': [
        'apiVersion: holdfast.dev/v1',
        'kind: Environment',
        `metadata: {name: ${name}}`,
        'spec:',
        '  defaults:',
        '    sync: {automated: true, prune: false}',
        '  projects:',
        "    - {name: team, sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}]}",
        '  applications:',
        `    - {name: ${name}, path: app, namespace: default, project: team}`,
        `    - {name: ${name}-x, path: app, namespace: default, project: nobodys}`,
      ].join('\n'),
      'app/a.json': configMap(`${name}-a`, { a: '1' }),
    }),
    { interval: '1s' },
    { http: true },
  );
  const { test: holdfast, name, git, repo } = delivery;
  const { overview } = holdfast.operator;
  const signal = AbortSignal.timeout(30_000);
  const { sync } = await holdfast.untilSynced(name);

  expect(overview.projects()).toMatchObject([{ name: 'nobodys' }, { name: 'team', project: { sourceRepos: ['*'] } }]);
  expect(overview.projects()[0]).not.toHaveProperty('project');
  expect(overview.automation(name)).toMatchObject({ prune: false, selfHeal: true });

  const url = git?.urlOf(repo.name);
  const repositories = () => overview.repositories();
  expect(repositories()).toMatchObject([{ url, kind: 'git', own: true, checkedAt: expect.any(Number) }]);
  const [user] = repositories()[0]?.users ?? [];
  expect(user).toMatchObject({ application: name, project: 'team', locked: { revision: sync.revision } });

  const target = await overview.target(signal);
  expect(target).toMatchObject({ reachable: true, problems: [], version: expect.stringMatching(/^v1\./) });
  expect(target.since).toBeLessThanOrEqual(Date.now());
  expect(target.watches).toBeGreaterThan(0);
  expect(target.resources).toBeGreaterThan(0);

  const { settings, revision } = await overview.settings(signal);
  expect(revision).toBe(sync.revision);
  expect(settings.find(({ name: one }) => one === 'defaults.sync.prune')).toMatchObject({
    ...{ value: false, from: 'git', path: 'holdfast.yaml', line: 6, about: expect.stringMatching(/./) },
  });
  expect(settings.find(({ name: one }) => one === 'applications')).toMatchObject({ value: 2, from: 'git', line: 9 });

  await git?.stop();
  const trouble = await waitFor('the trouble', () => repositories()[0]?.trouble);
  expect(trouble).toMatchObject({ since: expect.any(Number), error: { advice: expect.stringMatching(/./) } });
});
