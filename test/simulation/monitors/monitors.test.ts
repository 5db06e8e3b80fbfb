import { expect, test } from 'vitest';
import type { History } from '../histories/history.ts';
import type { Item } from '../histories/items.ts';
import { judge, monitors } from './all.ts';
import type { Evidence } from './evidence.ts';
import { machineCases } from './machine-testing.ts';
import { Scene } from './testing.ts';

const item = (name: string, more: Partial<Item> = {}): Item => ({ kind: 'ConfigMap', name, rev: 1, ...more });
const [a, b] = [item('a'), item('b')];
const newA = { ...a, rev: 2 };
const hook = item('h', { kind: 'Job', hook: 'PreSync' });
const history = (more: Partial<History>) => ({ history: more as History });
const said = (at: number, sync: string, commit: number, health = 'Healthy') => ({
  ...{ at, application: 'web', sync, revision: `commit-${commit}`, health },
});
const rest = { name: 'at rest', from: 500, to: 900 };

const wholeLog = {
  ...{ ok: true, records: 3, first: 1, last: 3, checkpoints: 1, signedUntil: 3, torn: false, findings: [] },
};

/** What happens, and which monitor has something to say about it; '' for none. */
const cases: [string, string, Evidence][] = [
  [
    'what Git says is applied',
    '',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(10, a)
      .apply(11, b)
      .evidence(),
  ],
  ['something is not as it should be in the end', 'stable', new Scene().evidence({ left: ['web: a is not there'] })],
  [
    'dropped, and deleted',
    '',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [b] })
      .delete(110, a)
      .evidence(),
  ],
  [
    'deleted while declared',
    'deletes',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .delete(110, a)
      .evidence(),
  ],
  [
    'deleted by a revision that was read in part',
    'deletes',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [b], broken: 'text' })
      .delete(110, a)
      .evidence(),
  ],
  [
    'somebody else’s is deleted',
    'deletes',
    new Scene()
      .commit(0, { items: [b] })
      .apply(1, b)
      .byHand(2, a)
      .delete(110, a)
      .evidence(),
  ],
  [
    'another application has it now',
    'deletes',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [b] }, { name: 'shop', items: [a] })
      .delete(110, a)
      .evidence(),
  ],
  [
    'all of it went at once',
    'deletes',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .commit(100, { items: [] })
      .delete(110, a)
      .evidence(),
  ],
  [
    'a commit drops what it forbids, and that is deleted',
    'rules',
    new Scene()
      .commit(0, { items: [a, b], forbids: [] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [b], forbids: ['ConfigMap'] })
      .delete(110, a)
      .evidence(),
  ],
  [
    'a commit changes what it takes out of automation, and that is applied',
    'rules',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .commit(100, { items: [newA], automated: false })
      .apply(110, newA)
      .evidence(),
  ],
  [
    'a commit drops what it no longer prunes, and that is deleted',
    'rules',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [b], prune: false })
      .delete(110, a)
      .evidence(),
  ],
  [
    'what was forbidden once, and is allowed again',
    '',
    new Scene()
      .commit(0, { items: [a, b], forbids: ['ConfigMap'] })
      .commit(100, { items: [b], forbids: [] })
      .apply(101, b)
      .evidence(),
  ],
  [
    'deleted before the rest was applied',
    'order',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(1, a)
      .apply(2, b)
      .commit(100, { items: [newA] })
      .delete(110, b)
      .evidence(),
  ],
  [
    'a later wave first',
    'order',
    new Scene()
      .commit(0, { items: [a, { ...b, wave: 1 }] })
      .apply(10, { ...b, wave: 1 })
      .apply(11, a)
      .evidence(),
  ],
  [
    'older after newer',
    'newest',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .commit(100, { items: [newA] })
      .apply(110, newA)
      .apply(120, a)
      .evidence(),
  ],
  [
    'older after newer, because Git went back',
    '',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .commit(100, { items: [newA] })
      .apply(110, newA)
      .commit(115, { items: [a] })
      .apply(120, a)
      .evidence(),
  ],
  [
    'what no revision says',
    'one way in',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .apply(2, newA)
      .evidence(),
  ],
  [
    'not automated',
    'one way in',
    new Scene()
      .commit(0, { items: [a], automated: false })
      .apply(1, a)
      .evidence(),
  ],
  [
    'a person asked',
    '',
    new Scene()
      .commit(0, { items: [a], automated: false })
      .apply(10, a)
      .evidence({ asked: [{ at: 5, request: { ask: 'sync', app: 'web' } }] }),
  ],
  [
    'suspended',
    'one way in',
    new Scene()
      .commit(0, { items: [a] })
      .apply(100_000, a)
      .evidence({ asked: [{ at: 5, request: { ask: 'suspend', app: 'web' } }] }),
  ],
  [
    'late',
    'prompt',
    new Scene()
      .commit(0, { items: [a] })
      .apply(90_000, a)
      .evidence(),
  ],
  [
    'late, beside one in trouble',
    'isolated',
    new Scene()
      .commit(0, { items: [a] }, { name: 'shop', items: [] })
      .apply(90_000, a)
      .evidence({ ...history({ victim: 'shop', actions: [] }), carried: [carried('api.write')] }),
  ],
  [
    'Synced is said, and true',
    '',
    new Scene()
      .commit(0, { items: [a] })
      .apply(10, a)
      .evidence({ said: [said(20, 'Synced', 0)] }),
  ],
  [
    'Synced is said before it is so',
    'truthful',
    new Scene()
      .commit(0, { items: [a, b] })
      .apply(10, a)
      .apply(30, b)
      .evidence({ said: [said(20, 'Synced', 0)] }),
  ],
  [
    'Healthy is said of what does not run',
    'truthful',
    new Scene()
      .commit(0, { items: [item('d', { kind: 'Deployment' })] })
      .apply(10, item('d', { kind: 'Deployment' }), 'web', { observedGeneration: 1, updatedReplicas: 0 })
      .evidence({ said: [said(20, 'Synced', 0)] }),
  ],
  [
    'in the end it is so, and not said',
    'truthful',
    new Scene()
      .commit(0, { items: [a] })
      .apply(10, a)
      .evidence({ said: [said(20, 'OutOfSync', 0)], rests: [rest] }),
  ],
  [
    'a hook runs twice',
    'hooks',
    new Scene()
      .commit(0, { items: [a, hook] })
      .apply(50_000, hook, 'web', { succeeded: 1 })
      .apply(50_010, a)
      .delete(50_020, hook)
      .apply(50_030, hook)
      .evidence(),
  ],
  ['a request at rest', 'idle', new Scene().request(600, 'GET', '/api/v1/pods').evidence({ rests: [rest] })],
  ['a watch at rest', '', new Scene().request(600, 'GET', '/api/v1/pods?watch=true').evidence({ rests: [rest] })],
  [
    'a render at rest',
    'idle',
    new Scene().evidence({ rests: [rest], effects: [{ at: 600, kind: 'render', detail: 'web' }] }),
  ],
  [
    'a write that nothing asked for',
    'no-op',
    new Scene().request(600, 'PATCH', '/a', 500).evidence({ encores: [rest] }),
  ],
  ['a write that changes nothing', 'thrifty', new Scene().request(600, 'PATCH', '/a').evidence()],
  [
    'a storm',
    'bounded',
    Array.from({ length: 60 }, (_, i) => i)
      .reduce((scene, i) => scene.request(i, 'GET', '/a'), new Scene())
      .evidence(),
  ],
  [
    'a secret in the log',
    'secret',
    new Scene().evidence({ texts: [{ where: 'log', text: 'failed: tOpSeCrEt-a-1-x9' }] }),
  ],
  [
    'a secret in an answer, as the cluster writes it',
    'secret',
    new Scene().evidence({ texts: [{ where: 'answer', text: Buffer.from('tOpSeCrEt-a-1-x9').toString('base64') }] }),
  ],
  [
    'it does not start',
    'alive',
    new Scene().evidence({ lives: [{ at: 200_000, event: 'failed', operator: 'a', reason: 'no' }] }),
  ],
  [
    'a record of the audit log is not as it was',
    'audit',
    new Scene().evidence({ audit: { ...wholeLog, findings: [{ file: '0001.jsonl', line: 3, message: 'changed' }] } }),
  ],
  ['the audit log is whole', '', new Scene().evidence({ audit: wholeLog })],
  [
    'rendered for commits about others',
    'sparing',
    new Scene()
      .commit(0, { items: [a] })
      .apply(1, a)
      .commit(100, { items: [a] }, { name: 'shop', items: [b] })
      .evidence({ effects: [1, 101, 102, 103].map(at => ({ at, kind: 'render', detail: 'render web' })) }),
  ],
  ...machineCases,
  [
    'to and fro',
    'flapping',
    Array.from({ length: 12 }, (_, i) => i)
      .reduce(
        (scene, i) => scene.apply(10 + i, i % 2 === 0 ? a : newA),
        new Scene().commit(0, { items: [a] }).commit(1, { items: [newA] }),
      )
      .evidence(history({ second: { from: 0, to: 100 } })),
  ],
];

function carried(kind: 'api.write') {
  return { at: 5, point: { kind, index: 0, detail: '' }, verdict: { do: 'fail' } as const };
}

test.each(cases)('%s: %s', (_, monitor, evidence) => {
  const found = judge(evidence).map(violation => violation.monitor);
  if (monitor === '') expect(found).toEqual([]);
  else expect(found).toContain(monitor);
});

test('each monitor is shown to complain', () => {
  const shown = new Set(cases.map(([, monitor]) => monitor));
  expect(monitors.map(({ name }) => name).filter(name => !shown.has(name))).toEqual([]);
});
