import { expect, test } from 'vitest';
import type { Env } from '../../../src/env/env.ts';
import { waitFor } from '../../world/wait.ts';
import { environmentOf, startDelivery } from '../delivery/setup.ts';

const count = 1_000;
const bases = 10;

/** Notes what the renderer is asked to render: each write to it is one frame of the protocol (src/render/protocol.ts). */
function counting(asked: string[]): (env: Env) => Env {
  return env => ({
    ...env,
    processes: {
      ...env.processes,
      spawn: (program, ...rest) => {
        const child = env.processes.spawn(program, ...rest);
        if (program !== process.env.HOLDFAST_RENDERER) return child;
        return {
          ...child,
          write: bytes => {
            const frame = Buffer.from(bytes);
            const head = JSON.parse(frame.subarray(12, 12 + frame.readUInt32LE(8)).toString());
            if (head.type === 'render') asked.push(head.application);
            return child.write(bytes);
          },
        };
      },
    },
  });
}

function base(i: number, color: string): Record<string, string> {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `base-${i}` }, data: { color } };
  return {
    [`bases/${i}/kustomization.yaml`]: 'resources: [map.yaml]\n',
    [`bases/${i}/map.yaml`]: JSON.stringify(map),
  };
}

test('of 1,000 applications a commit renders those anew that use what it touches, and no others', async () => {
  const asked: string[] = [];
  const took = () => asked.splice(0).toSorted();
  // Automated by nobody: what is asked is what it takes to know, and nothing is delivered.
  await using delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(
        name,
        Array.from({ length: count }, (_, i) => ({
          ...{ name: `${name}-${i}`, path: `apps/${i}`, namespace: name, sync: { automated: false } },
        })),
      ),
      ...Object.assign({}, ...Array.from({ length: bases }, (_, i) => base(i, 'red'))),
      ...Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `apps/${i}/kustomization.yaml`,
          `resources: [../../bases/${i % bases}]\nnamePrefix: app-${i}-\n`,
        ]),
      ),
    }),
    {},
    { change: counting(asked) },
  );
  const { test: holdfast, repo, name } = delivery;
  const names = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  const commitSeen = (commit: string) =>
    waitFor(
      'all to be looked at',
      () => names.every(one => holdfast.status(one)?.sync.revision === commit) || undefined,
    );
  await commitSeen((await repo.resolve()) ?? '');
  expect(took()).toEqual(names.toSorted());
  expect(holdfast.status(`${name}-3`)?.sync.message).toContain('not applied yet');

  const touched = await repo.commit(base(3, 'green'));
  await holdfast.refresh();
  await commitSeen(touched);
  expect(took()).toEqual(names.filter((_, i) => i % bases === 3).toSorted());

  const irrelevant = await repo.commit({ 'README.md': 'text', 'bases/3/README.md': 'text', 'bases/11/map.yaml': '{}' });
  await holdfast.refresh();
  await commitSeen(irrelevant);
  expect(took()).toEqual([]);

  const one = await repo.commit({
    'apps/7/kustomization.yaml': 'resources: [../../bases/7]\nnamePrefix: seven-\n',
  });
  await holdfast.refresh();
  await commitSeen(one);
  expect(took()).toEqual([`${name}-7`]);
});
