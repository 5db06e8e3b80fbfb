import { expect, test } from 'vitest';
import type { LogLine } from '../../../src/targets/target.ts';
import { startKubelet } from '../../world/kubelet.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { deployment, startTarget } from './fixture.ts';

async function take(lines: AsyncIterable<LogLine>, count: number): Promise<LogLine[]> {
  const taken: LogLine[] = [];
  for await (const line of lines) if (taken.push(line) === count) break;
  return taken;
}

test('what the containers of an application print is read in order, by name, and followed', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  await using kubelet = await startKubelet(access);
  await world.apply([deployment('talker', 1), deployment('silent')]);
  await kubelet.run(world.namespace, 'run=talker');
  const stop = new AbortController();
  const logs = (resource: string | undefined, options: { tail?: number; follow?: boolean } = {}) =>
    world.target.logs!(world.application, resource, options, stop.signal);

  for (const name of [undefined, 'talker', 'deployment/talker', `apps/Deployment/${world.namespace}/talker`]) {
    const lines = await take(logs(name), 10);
    expect(lines.map(({ text, at }) => [text, at])).toEqual([
      ['web first', 1_000],
      ['web second', 3_000],
    ]);
    expect(lines[0]!.source).toMatch(/^talker-.*\/web$/);
  }
  expect(await take(logs('silent'), 1)).toEqual([]);
  expect((await take(logs('talker', { tail: 1 }), 10)).map(({ text }) => text)).toEqual(['web second']);
  expect((await take(logs('talker', { follow: true }), 3)).map(({ text }) => text)).toEqual([
    'web first',
    'web second',
    'web now',
  ]);
  await expect(take(logs('nobody'), 1)).rejects.toMatchObject({ code: 'K8S_NOT_FOUND' });

  await kubelet.stop();
  expect(await take(logs('talker'), 1)).toMatchObject([{ text: expect.stringMatching(/^\(.*\)$/) }]);
});
