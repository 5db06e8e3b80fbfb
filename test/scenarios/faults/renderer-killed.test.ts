import { chmod, copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';
import { countWrites } from './git-world.ts';
import { renderers } from './renderer-world.ts';

const good = 20;

/** A chart that renders what its template says. */
const chart = (directory: string, template: string): Record<string, string> => ({
  [`${directory}/Chart.yaml`]: 'apiVersion: v2\nname: odd\nversion: 1.0.0\n',
  [`${directory}/templates/x.yaml`]: template,
});
const plain = '{{ range 1 }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\n{{ end }}';
const templates = {
  'a bomb of memory':
    '{{ $s := repeat 1000000 "x" }}{{ range until 40 }}{{ $s = printf "%s%s%s%s" $s $s $s $s }}{{ end }}',
  'a bomb of output':
    '{{ range until 3000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "c{{ . }}"}\ndata: {text: "{{ repeat 10000 "x" }}"}\n{{ end }}',
};

let delivery: Delivery;
let program: string;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory('renderer');
  program = join(directory.path, 'renderer');
  await copyFile(await buildGo(programs.renderer), program);
  await chmod(program, 0o755);
  process.env.HOLDFAST_RENDERER = program;
  delivery = await startDelivery(
    name => {
      const names = Array.from({ length: good }, (_, i) => `${name}-good-${i}`);
      const applications = [`${name}-odd`, ...names].map(one => ({ name: one, path: one, namespace: name }));
      const maps = names.map(one => [`${one}/a.json`, configMap(one, { color: 'red' })]);
      return {
        'holdfast.yaml': environmentOf(name, applications),
        ...Object.fromEntries(maps),
        ...chart(`${name}-odd`, plain),
      };
    },
    { budgets: { renderTime: '3s', renderMemory: '128Mi', renderOutput: '16Mi' } },
  );
  await untilAll(await delivery.repo.resolve());
});
afterAll(async () => {
  await delivery?.[Symbol.asyncDispose]();
  await directory?.remove();
});

const statuses = (prefix: string): ApplicationStatus[] =>
  delivery.test.operator.applications().filter(({ name }) => name.startsWith(`${delivery.name}-${prefix}`));
async function untilAll(commit: string | undefined, prefix = ''): Promise<void> {
  await delivery.test.refresh();
  const wanted = prefix === '' ? good + 1 : good;
  await waitFor(`all at ${commit}`, () => {
    const there = statuses(prefix).filter(({ sync }) => sync.status === 'Synced' && sync.revision === commit);
    return there.length === wanted;
  });
}
/** A commit that everybody has to be rendered anew for. */
const paintAll = (color: string, odd: Record<string, string> = {}) =>
  delivery.repo.commit({
    ...Object.fromEntries(
      statuses('good').map(({ name }) => [`${name}/a.json`, configMap(name, { color: color.replaceAll(' ', '-') })]),
    ),
    ...odd,
  });
const oddStatus = () => statuses('odd')[0];

test('killed while it renders for 20 applications: they are tried once more, and all are delivered, each with one write', async () => {
  const writes = await countWrites(delivery);
  const [pid = 0] = await waitFor('a renderer', renderers);
  const commit = await paintAll('killed');
  const done = untilAll(commit, 'good');
  process.kill(pid, 'SIGKILL');
  await done;
  expect(await writes()).toHaveLength(good);
  expect(await renderers()).not.toContain(pid);
  expect(delivery.test.operator.environment().problems).toEqual([]);
});

test.each(Object.entries(templates))(
  '%s beside 20 others: it fails by itself and says why, its resource stays, the others are delivered',
  async (title, template) => {
    const { name, repo } = delivery;
    const before = await repo.resolve();
    await untilAll(before);
    const writes = await countWrites(delivery);
    const commit = await paintAll(title, chart(`${name}-odd`, template));
    await untilAll(commit, 'good');
    const said = await delivery.test.until(`${name}-odd`, ({ sync }) => sync.status === 'Unknown');
    expect(said.sync.message).toMatch(title.includes('memory') ? /memory|ended/i : /limit of .* on/);
    expect(said.sync.revision).toBe(before);
    expect(await writes()).toHaveLength(good);
    // Another commit for the others, while the odd one fails on.
    const next = await paintAll(`${title} again`);
    await untilAll(next, 'good');
    expect(await writes()).toHaveLength(2 * good);
    expect((await renderers()).length).toBeLessThanOrEqual(2);
    await untilAll(await repo.commit(chart(`${name}-odd`, plain)));
    expect(oddStatus()?.conditions).toEqual([]);
    expect(await writes()).toHaveLength(2 * good);
  },
);

test('the program gone: what is in force stays so and it is said; with the program back, what waits is delivered', async () => {
  const { name, kube } = delivery;
  const writes = await countWrites(delivery);
  await rename(program, `${program}.away`);
  for (const pid of await renderers()) process.kill(pid, 'SIGKILL');
  await waitFor('their end', async () => (await renderers()).length === 0);
  const commit = await paintAll('gone');
  await delivery.test.refresh();
  const said = await delivery.test.until(`${name}-good-0`, ({ sync }) => sync.status === 'Unknown');
  expect(said.sync.message).toMatch(/renderer/i);
  // Drift is still healed: what is declared is known.
  const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: `${name}-good-1` };
  await kube.patch(map, { data: { color: 'by-hand' } });
  await waitFor('the repair', async () => (await kube.get(map))?.data.color !== 'by-hand');
  expect(await writes()).toEqual([`patch configmaps/${name}-good-1`]);
  await rename(`${program}.away`, program);
  const signal = AbortSignal.timeout(10_000);
  for (const one of statuses('')) await delivery.test.operator.refresh(one.name, signal);
  await untilAll(commit, 'good');
  expect(await writes()).toHaveLength(1 + good);
});

test('stopped by a signal: after the deadline another one takes its place, and all is delivered', async () => {
  const writes = await countWrites(delivery);
  const stopped = await waitFor('a renderer', async () => (await renderers())[0]);
  process.kill(stopped, 'SIGSTOP');
  const began = performance.now();
  const commit = await paintAll('stopped');
  await untilAll(commit, 'good');
  // The time of a render, and the silence that is granted beyond it.
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(await renderers()).not.toContain(stopped);
  expect(await writes()).toHaveLength(good);
});
