import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { configMap, environmentOf } from '../scenarios/delivery/setup.ts';
import { startProxied } from '../scenarios/faults/api-world.ts';

const objects = 2_000;
const commits = 10;
/** Most of what a sync takes: so what is measured is who waits for whom, and not how fast this machine is. */
const answersAfterMs = 1_000;

const manifests = (word: string) =>
  Array.from({ length: objects }, (_, i) => configMap(`c${i}`, { word })).join('\n---\n');

/** But for the one that may have met something else on this machine. */
const slowest = (times: readonly number[]) => times.toSorted((a, b) => b - a)[1] ?? 0;

test('33: a tenant with thousands of objects and a commit a second at most doubles what others wait for theirs', async () => {
  await using world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-flood`, path: 'flood', namespace: `${name}-flood` },
      { name, path: 'own', namespace: name },
    ]),
    'flood/all.yaml': configMap('c0', {}),
    'own/a.json': configMap('a', {}),
  }));
  const { test: holdfast, proxy, repo, name } = world;
  await holdfast.untilSynced(`${name}-flood`);
  await holdfast.untilSynced(name);
  proxy.rules = [{ verb: 'apply', harm: { do: 'delay', ms: answersAfterMs } }];

  /** One after another: of two at the same time the later one would undo the other. */
  let last: Promise<unknown> = Promise.resolve();
  function commit(files: Record<string, string>): Promise<unknown> {
    last = last.then(() => repo.commit(files));
    return last;
  }

  /** Of commits one after another: ms from each to its being live. */
  async function measure(phase: string): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < commits; i++) {
      const before = holdfast.status(name)?.operation?.id;
      await commit({ 'own/a.json': configMap('a', { [phase]: `${i}` }) });
      const began = performance.now();
      await holdfast.refresh();
      await holdfast.until(name, ({ operation }) => operation?.id !== before && operation?.result === 'succeeded');
      times.push(performance.now() - began);
    }
    return times;
  }

  const alone = await measure('alone');
  let flooding = true;
  const flood = (async () => {
    for (let i = 0; flooding; i++) {
      await commit({ 'flood/all.yaml': manifests(`${i}`) });
      await holdfast.refresh();
      await delay(1_000);
    }
  })();
  await holdfast.until(`${name}-flood`, ({ operation }) => (operation?.results.length ?? 0) > 10);
  const beside = await measure('beside').finally(() => {
    flooding = false;
  });
  await flood;
  expect(slowest(beside), `${beside.map(Math.round)}; alone ${alone.map(Math.round)}`).toBeLessThan(2 * slowest(alone));
}, 240_000);
