import { expect, test } from 'vitest';
import { deployment, wave } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const count = 200;
/** What one of them may take, had it to be done alone on a slow machine; all wait at most so long together. */
const boundMs = 60_000;

const chart = (template: string) => ({
  'Chart.yaml': 'apiVersion: v2\nname: bomb\nversion: 1.0.0\n',
  'templates/cm.yaml': template,
});
/** As many turns as the number of digits squared, squared, and so on: it ends with the budget for its time. */
const endless = '{{ range until 30000 }}{{ range until 30000 }}{{ sha256sum "x" }}{{ end }}{{ end }}';

test('of 200 applications one fails, one never becomes healthy and one renders without end; the others do not notice', async () => {
  const began = Date.now();
  await using delivery = await startDelivery(
    name => {
      const files: Record<string, string> = {};
      const put = (application: string, part: Record<string, string>) => {
        for (const [path, text] of Object.entries(part)) files[`${application}/${path}`] = text;
      };
      const names = Array.from({ length: count }, (_, i) => `${name}-${i}`);
      for (const one of names) put(one, { 'a.json': configMap(`a-${one}`, { one }) });
      put(`${name}-fails`, { 'a.json': configMap('a', { 'not a key': '' }) });
      put(`${name}-waits`, { 'web.json': deployment('web', 1), 'a.json': configMap('waits', {}, wave(1)) });
      put(`${name}-loops`, chart(endless));
      const troubled = ['fails', 'waits', 'loops'].map(word => `${name}-${word}`);
      return {
        // The troubled ones come first.
        'holdfast.yaml': environmentOf(
          name,
          [...troubled, ...names].map(one => ({ name: one, path: one, namespace: name })),
        ),
        ...files,
      };
    },
    { budgets: { renderTime: '3s' } },
  );
  const { test: holdfast, name, kube, repo } = delivery;
  const good = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  const left = () => good.filter(one => holdfast.status(one)?.sync.status !== 'Synced');
  const deadline = began + boundMs;
  for (const one of good)
    await holdfast.until(one, ({ sync }) => sync.status === 'Synced', { deadlineMs: deadline - Date.now() });
  expect(left()).toEqual([]);
  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
  expect(maps.filter(({ metadata }) => metadata.name.startsWith('a-'))).toHaveLength(count);

  const fails = await holdfast.until(`${name}-fails`, ({ operation }) => operation?.result === 'failed');
  expect(fails.conditions).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/not a key/) }));
  expect(holdfast.operator.application(`${name}-waits`).operation).toMatchObject({ result: 'running', wave: 1 });
  const loops = await holdfast.until(`${name}-loops`, ({ conditions }) => conditions.length > 0);
  expect(loops.sync.status).toBe('Unknown');
  expect(loops.sync.message).toMatch(/did not end within 3000 ms/);

  // Nor do they later: a change reaches the others while these are in trouble.
  const changed = Date.now();
  const commit = await repo.commit({ [`${name}-7/a.json`]: configMap(`a-${name}-7`, { one: 'changed' }) });
  await holdfast.untilSynced(`${name}-7`, commit);
  expect(Date.now() - changed).toBeLessThan(20_000);
});
