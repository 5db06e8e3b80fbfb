import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { startControlPlane } from '../../world/control-plane.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const applications = Array.from({ length: 20 }, (_, i) => `app-${i}`);
const observedMs = 60_000;

// A cluster of its own: here every request counts, not only those about objects of ours.
test('with nothing to do there are watches, and one check of refs a repository and interval, however many use it', async () => {
  await using access = await startControlPlane();
  await using delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(
        name,
        applications.map(name => ({ name, path: name, namespace: name })),
      ),
      ...Object.fromEntries(applications.map(name => [`${name}/a.json`, configMap('a', { name })])),
    }),
    { interval: '1s' },
    { access, http: true },
  );
  const { test: holdfast, git } = delivery;
  for (const name of applications) await holdfast.untilSynced(name);

  const since = await mark(access);
  const gitBefore = git?.log.length ?? 0;
  const written = () => holdfast.operator.events({ limit: 10_000 }).length;
  const events = written();
  // What must not happen cannot be waited for.
  await delay(observedMs);

  const asked = await requests(access, { since, user: 'holdfast' });
  expect(asked.filter(({ verb }) => verb !== 'watch')).toEqual([]);
  const checks = git?.log.slice(gitBefore) ?? [];
  expect(checks.map(({ method, path }) => `${method} ${path}`)).toEqual(
    checks.map(() => 'POST /fleet.git/git-upload-pack'),
  );
  const intervals = observedMs / 1_000;
  // A busy machine is late now and then; it never asks more often.
  expect(checks.length).toBeGreaterThanOrEqual(intervals * 0.8);
  expect(checks.length).toBeLessThanOrEqual(intervals + 1);
  for (const { requestBytes, responseBytes } of checks) expect(requestBytes + responseBytes).toBeLessThan(1_000);
  expect(written()).toBe(events);
});
