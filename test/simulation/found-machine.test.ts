import { expect, test } from 'vitest';
import type { PlanSpec } from './faults/plan.ts';
import { runCase } from './histories/cases.ts';
import type { Reference } from './histories/compose.ts';
import { byHand, installation, machineFleet, machineReference, services } from './histories/machine/reference.ts';
import { runHistory } from './histories/run.ts';
import { withActions } from './histories/shrink.ts';

const [conf, extra, more, deep] = [
  { path: '/srv/site/conf', rev: 1 },
  { path: '/srv/site/etc/extra', rev: 1 },
  { path: '/srv/site/etc/more', rev: 1 },
  { path: '/srv/site/etc/deep/more', rev: 1 },
] as const;
const none: PlanSpec = { kind: 'none' };

/** What the simulator found in the engine on machines, each as the least history that showed it. */
const found: [string, Reference, PlanSpec][] = [
  [
    'a file that moved to another application, with another content, was refused as somebody else’s',
    machineReference(
      'a file moves',
      machineFleet(installation('site', [conf, extra]), installation('shop', [{ path: '/srv/shop/a', rev: 1 }])),
      [
        20_000,
        machineFleet(
          installation('site', [conf], { rev: 2 }),
          installation(
            'shop',
            [
              { path: '/srv/shop/a', rev: 1 },
              { ...extra, rev: 2 },
            ],
            { rev: 2 },
          ),
        ),
      ],
    ),
    none,
  ],
  [
    'a file that was being taken over when Holdfast ended was nobody’s',
    machineReference(
      'a file moves, and Holdfast ends',
      machineFleet(installation('site', [conf, extra]), installation('shop', [])),
      [20_000, machineFleet(installation('site', [conf], { rev: 2 }), installation('shop', [{ ...extra, rev: 2 }]))],
    ),
    {
      kind: 'during',
      faults: [
        {
          ...{ point: 'file.write', matching: 'applications/site', from: 20_000, to: 32_000 },
          verdict: { do: 'crash-after' },
        },
      ],
    },
  ],
  [
    'processes began with a release that a power cut had torn, and went on with what they had read',
    machineReference('power', machineFleet(services('web', [{ name: 'main' }])), [9_000, { do: 'lose power' }]),
    none,
  ],
  [
    'a file that a power cut had made nobody’s stood in the way of the next revision',
    machineReference(
      'power and a commit',
      machineFleet(installation('site', [conf, extra])),
      [9_000, { do: 'lose power' }],
      [
        9_100,
        machineFleet(
          installation(
            'site',
            [
              { ...conf, rev: 2 },
              { ...extra, rev: 2 },
            ],
            { rev: 2 },
          ),
        ),
      ],
    ),
    none,
  ],
  [
    'what Git had dropped stayed for ever where its directory could once not be looked at',
    machineReference('a look that fails', machineFleet(installation('site', [conf, extra])), [
      20_000,
      machineFleet(installation('site', [conf], { rev: 2 })),
    ]),
    {
      kind: 'during',
      faults: [
        { point: 'file.read', matching: 'realpath /srv/site/etc', from: 20_000, to: 31_000, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'what lay below a directory that could not be looked at was said to be as it had been seen before, at new commits',
    machineReference(
      'a directory moved away, and not seen',
      machineFleet(installation('site', [conf, deep])),
      [20_000, byHand('link', 'machine/File///srv/site/conf')],
      [21_000, machineFleet(installation('site', [conf, { ...deep, rev: 2 }]))],
      [22_000, machineFleet(installation('site', [conf, deep]))],
      [22_100, { do: 'request', request: { ask: 'refresh', app: 'site' } }],
    ),
    {
      kind: 'during',
      faults: [{ point: 'file.read', matching: 'stat /srv/site', from: 20_000, to: 20_500, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a process was started a second time when the list of processes could not be read whole',
    machineReference('a start that nobody wrote down', machineFleet(services('web', [{ name: 'main' }]))),
    {
      kind: 'during',
      faults: [
        { point: 'process.start', matching: 'as web/main', from: 0, to: 1_000, verdict: { do: 'crash-after' } },
        { point: 'file.read', matching: '/environ', from: 1_000, to: 2_500, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'what was started after a start of Holdfast that succeeded only the second time was not written down, and started again',
    machineReference(
      'a start that fails once',
      machineFleet(services('web', [{ name: 'main' }, { name: 'worker' }])),
      [10_000, byHand('kill', 'machine/Process//web/main')],
      [20_000, { do: 'crash' }],
    ),
    {
      kind: 'during',
      faults: [
        { point: 'process.start', matching: 'as web/worker', from: 0, to: 1_000, verdict: { do: 'crash-after' } },
        { point: 'file.read', matching: '/environ', from: 1_000, to: 2_500, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'a process was started a second time where what was written down was still the one before it',
    machineReference('a kill on a full disk', machineFleet(services('web', [{ name: 'main' }])), [
      10_000,
      byHand('kill', 'machine/Process//web/main'),
    ]),
    {
      kind: 'during',
      faults: [
        { point: 'file.write', matching: 'applications/web', from: 10_000, to: 11_500, verdict: { do: 'fail' } },
        { point: 'process.start', matching: 'as web/main', from: 10_000, to: 11_500, verdict: { do: 'crash-after' } },
      ],
    },
  ],
  [
    'files were nobody’s after a restart, where the first thing that was written down of them had found the disk full',
    machineReference('a full disk', machineFleet(installation('site', [conf, extra], { selfHeal: false }))),
    {
      kind: 'during',
      faults: [{ point: 'file.write', matching: 'applications/site.json', from: 0, to: 300, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a process that could not be started, and that Git dropped then, came back at the next restart',
    machineReference(
      'a process that is dropped',
      machineFleet(services('web', [{ name: 'main' }, { name: 'worker' }])),
      [10_000, machineFleet(services('web', [{ name: 'main' }, { name: 'worker' }], { rev: 2 }))],
      [29_000, machineFleet(services('web', [{ name: 'main' }], { rev: 3 }))],
    ),
    {
      kind: 'during',
      faults: [
        { point: 'file.write', matching: 'machine/logs/web', from: 10_000, to: 32_000, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'the audit log was called forged after a crash and a power cut',
    machineReference(
      'half a line',
      machineFleet(installation('site', [conf])),
      [24_000, machineFleet(installation('site', [{ ...conf, rev: 2 }], { rev: 2 }))],
      [40_000, { do: 'lose power' }],
    ),
    {
      kind: 'during',
      faults: [
        {
          point: 'file.write',
          matching: 'append /var/lib/holdfast/audit',
          from: 24_000,
          to: 36_000,
          verdict: { do: 'truncate' },
        },
      ],
    },
  ],
  [
    'a directory that was made for a file stayed for ever after a crash right behind the removal of the file',
    machineReference('a file goes', machineFleet(installation('site', [conf, extra])), [
      20_000,
      machineFleet(installation('site', [conf], { rev: 2 })),
    ]),
    {
      kind: 'during',
      faults: [
        {
          ...{ point: 'file.write', matching: 'remove /srv/site/etc/extra', from: 20_000, to: 32_000 },
          verdict: { do: 'crash-after' },
        },
      ],
    },
  ],
  [
    'a directory that was made for a file stayed for ever where Git dropped the file before it was written',
    machineReference(
      'a file that never was',
      machineFleet(installation('site', [conf])),
      [20_000, machineFleet(installation('site', [conf, extra], { rev: 2 }))],
      [20_500, { do: 'request', request: { ask: 'refresh', app: 'site' } }],
      [21_500, machineFleet(installation('site', [conf], { rev: 3 }))],
    ),
    {
      kind: 'during',
      faults: [
        {
          point: 'file.write',
          matching: 'make /srv/site/etc',
          from: 20_000,
          to: 22_000,
          verdict: { do: 'crash-after' },
        },
      ],
    },
  ],
  [
    'a directory that somebody had replaced by a link was taken for what it had been, with all below it, until the next scan',
    machineReference(
      'a link on the way',
      machineFleet(installation('site', [conf, extra, deep])),
      [5_000, byHand('link', `machine/File//${extra.path}`)],
      [6_000, machineFleet(installation('site', [{ ...conf, rev: 2 }, extra, deep], { rev: 2 }))],
    ),
    none,
  ],
];

test.each(found)('%s', async (_, { history }, plan) => {
  const { violations } = await runHistory(history, plan);
  expect(violations).toEqual([]);
});

const crew = ['main', 'worker', 'cron'].map(name => ({ name }));

/** What the engine does rightly, and a judge called wrong. */
const right: [string, Reference][] = [
  [
    'three processes and their release are a mass: that an application needs them no more waits for a person',
    machineReference('another form', machineFleet(services('web', crew)), [
      20_000,
      machineFleet(installation('web', [conf, extra], { rev: 2 })),
    ]),
  ],
  [
    'what stayed of an application that went is kept going, ailing as it was',
    machineReference(
      'what ails and stays',
      machineFleet(services('web', [{ name: 'main', ails: 'exit' }], { cascade: false }), installation('site', [conf])),
      [30_000, machineFleet(installation('site', [conf]))],
    ),
  ],
];

test.each(right)('%s', async (_, { history }) => {
  const { violations } = await runHistory(history, none);
  expect(violations).toEqual([]);
});

/** Crashes, as the last action, after which the engine did more than without them. */
const crashes: [string, Reference][] = [
  [
    'a revision gave way, and was quarantined, because Holdfast was started again while a script of it ran',
    machineReference(
      'a crash while a script runs',
      machineFleet(installation('site', [conf, extra, more], { hooks: { AfterInstall: { rev: 1 } } })),
      [
        20_000,
        machineFleet(
          installation(
            'site',
            [conf, extra, more].map(file => ({ ...file, rev: 2 })),
            { rev: 2, hooks: { AfterInstall: { rev: 1 } } },
          ),
        ),
      ],
      [20_100, { do: 'request', request: { ask: 'refresh', app: 'site' } }],
      [20_700, { do: 'crash' }],
    ),
  ],
];

test.each(crashes)('%s', async (replay, { history }) => {
  const without = withActions(history, history.actions.map((_, i) => i).slice(0, -1));
  const { violations } = await runCase({ replay, history, plan: none, uncrashed: () => runHistory(without, none) });
  expect(violations).toEqual([]);
});
