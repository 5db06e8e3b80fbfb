import { expect, test } from 'vitest';
import { SimWorld } from '../world.ts';
import { MachineView } from './view.ts';

test('whoever waits for empty directories to go is told of it', async () => {
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const { machine, disk } = world;
  const view = new MachineView({
    machine,
    now: () => 0,
    dataDirectory: '/var/lib/holdfast',
    root: '/srv',
    claim: () => '',
  });
  disk.makeDirectory('/srv/site/etc');
  disk.replace('/srv/site/etc/conf', '');
  view.take('holdfast/1');
  disk.remove('/srv/site/etc/conf', false);
  view.take('holdfast/1');
  expect(view.left()).toEqual(['/srv/site/etc']);
  const before = view.version;
  disk.remove('/srv/site/etc', false);
  view.take('holdfast/1');
  expect(view.left()).toEqual(['/srv/site']);
  expect(view.version).toBeGreaterThan(before);
});
