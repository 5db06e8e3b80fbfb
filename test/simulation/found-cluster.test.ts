import { expect, test } from 'vitest';
import type { PlanSpec } from './faults/plan.ts';
import { app, fleet, item, newer, type Reference, reference } from './histories/compose.ts';
import { definitionName } from './histories/items.ts';
import { runHistory } from './histories/run.ts';
import { isWatch } from './monitors/silent.ts';

const config = item('ConfigMap', 'web-config');
const shared = item('Service', 'shared');
const widgets = [item('Definition', definitionName), item('Widget', 'web-widget')];

/** What the simulator found in how the cluster is watched, each as the least history that showed it. */
const found: [string, Reference, PlanSpec][] = [
  [
    'what a restored cluster had of before counted as late news for ever, where it had gone on further than was seen of it',
    reference(
      'restored, and gone on',
      fleet(app('web', [config, shared])),
      [20_000, { do: 'take snapshot' }],
      [25_000, fleet(app('web', [newer(config), shared]))],
      [50_000, { do: 'restore snapshot' }],
      [52_000, { do: 'handiwork', work: { do: 'edit', key: '/Service/ns-web/shared' } }],
    ),
    {
      kind: 'during',
      faults: [{ point: 'api.watch', matching: 'configmaps', from: 50_000, to: 60_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a watch that began late again in a restored cluster was told of nothing, where that had gone on past its place by then',
    reference(
      'restored, and begun late',
      fleet(app('web', [config, shared])),
      [20_000, { do: 'take snapshot' }],
      [25_000, fleet(app('web', [newer(config), newer(shared)]))],
      [50_000, { do: 'restore snapshot' }],
      [52_000, { do: 'handiwork', work: { do: 'edit', key: '/Service/ns-web/shared' } }],
    ),
    {
      kind: 'during',
      faults: [
        { point: 'api.watch', matching: 'configmaps', from: 50_000, to: 50_500, verdict: { do: 'delay', ms: 6_000 } },
      ],
    },
  ],
  [
    'the kind of a definition that went before anybody listed it counted as served for ever, and nothing was applied',
    reference(
      'a definition that went at once',
      fleet(app('web', [config])),
      [20_000, { do: 'take snapshot' }],
      [25_000, fleet(app('web', [config, ...widgets]))],
      [33_000, { do: 'restore snapshot' }],
    ),
    {
      kind: 'during',
      faults: [{ point: 'api.watch', matching: 'definitions', from: 33_000, to: 48_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a cluster whose version could not be read at the start had no kinds for ever',
    reference('half a discovery', fleet(app('web', [config])), [30_000, fleet(app('web', [newer(config)]))]),
    {
      kind: 'during',
      faults: [{ point: 'api.read', matching: '/version', from: 0, to: 20_000, verdict: { do: 'fail' } }],
    },
  ],
];

test.each(found)('%s', async (_, { history }, plan) => {
  const { violations } = await runHistory(history, plan);
  expect(violations).toEqual([]);
});

test('what is served is asked once more some seconds after a definition came, and when their watch had to begin anew', async () => {
  const { history } = reference(
    'a server that tells late',
    fleet(app('web', [config])),
    [20_000, fleet(app('web', [config, ...widgets]))],
    [50_000, { do: 'compact' }],
    [50_000, { do: 'end watches' }],
  );
  const { evidence, violations } = await runHistory(history, { kind: 'none' });
  const asked = (from: number, to: number) =>
    evidence.log.filter(({ at, path }) => path === '/apis' && at > from && at < to).map(({ status }) => status);
  // The server tells of the kind after the look that is made at once.
  expect(asked(25_000, 45_000)).toEqual([304, 304, 200]);
  expect(asked(50_000, 65_000)).toEqual([304, 304]);
  expect(violations).toEqual([]);
});

test('watches that end at once, without a word, are begun anew ever more rarely', async () => {
  const { history } = reference(
    'ends without a word',
    fleet(app('web', [config])),
    [10_000, { do: 'take snapshot' }],
    [12_000, fleet(app('web', [newer(config)]))],
    [30_000, { do: 'restore snapshot' }],
  );
  const { evidence, violations } = await runHistory(history, {
    kind: 'during',
    faults: [{ point: 'watch.event', matching: 'ERROR', from: 30_000, to: 60_000, verdict: { do: 'drop' } }],
  });
  const begun = evidence.log.filter(
    ({ at, path }) => at > 30_000 && at < 60_000 && path.startsWith('/api/v1/configmaps?') && isWatch(path),
  );
  expect(begun.length).toBeLessThan(15);
  expect(violations).toEqual([]);
});
