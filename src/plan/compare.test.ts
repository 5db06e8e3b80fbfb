import { describe, expect, it } from 'vitest';
import { appliedOf, byKey, desiredOf, liveOf } from '../model/testing.ts';
import { type CompareInput, compare } from './compare.ts';

const key = '/ConfigMap/shop/a';
const base: CompareInput = {
  application: 'shop',
  desired: [],
  live: new Map(),
  complete: true,
  applied: new Map(),
  refused: [],
};
const known = { applied: byKey(appliedOf(key)) };

describe('compare', () => {
  const cases: [string, Partial<CompareInput>, string][] = [
    ['as declared and as we left it', { live: byKey(liveOf(key)), ...known }, 'equal'],
    ['not there and never applied', {}, 'pending'],
    ['not there, though applied', known, 'missing'],
    ['not there, as far as can be seen', { complete: false, ...known }, 'unknown'],
    ['being deleted, though applied', { live: byKey(liveOf(key, { deleting: true })), ...known }, 'missing'],
    ['other fields than we left', { live: byKey(liveOf(key, { fingerprint: 'other' })), ...known }, 'changed'],
    ['made anew by somebody', { live: byKey(liveOf(key, { uid: 'other' })), ...known }, 'changed'],
    [
      'Git asks for something newer',
      { live: byKey(liveOf(key)), applied: byKey(appliedOf(key, { hash: 'old' })) },
      'pending',
    ],
    [
      'Git is newer and it drifted too',
      { live: byKey(liveOf(key, { fingerprint: 'x' })), applied: byKey(appliedOf(key, { hash: 'old' })) },
      'pending',
    ],
    ['there, but we remember nothing', { live: byKey(liveOf(key)) }, 'unseen'],
  ];
  it.each(cases)('%s: %s', (_, input, state) => {
    expect(compare({ ...base, desired: [desiredOf(key)], ...input }).map(row => row.state)).toEqual([state]);
  });

  it('finds what is ours and no longer declared', () => {
    const rows = compare({ ...base, live: byKey(liveOf(key)), ...known });
    expect(rows).toMatchObject([{ key, state: 'extra', drift: { kind: 'extra' } }]);
  });

  it.each([
    ['of another application', liveOf(key, { owner: 'other' }), {}],
    ['without our mark', liveOf(key, { owner: '' }), {}],
    ['left by a hook', liveOf(key, { hook: { deletePolicies: [], phases: ['PreSync'] } }), {}],
    ['declared, but refused', liveOf(key), { refused: [{ group: '', kind: 'ConfigMap', namespace: '', name: 'a' }] }],
  ])('leaves alone what is %s', (_, live, more) => {
    expect(compare({ ...base, live: byKey(live), ...more })).toEqual([]);
  });

  it('says whose it is when it bears the mark of another application', () => {
    const rows = compare({
      ...base,
      desired: [desiredOf(key)],
      live: byKey(liveOf(key, { owner: 'other' })),
      ...known,
    });
    expect(rows).toMatchObject([{ sharedWith: 'other' }]);
  });

  it('names who changed it', () => {
    const by = { name: 'kubectl-edit', at: 5 };
    const rows = compare({
      ...base,
      desired: [desiredOf(key)],
      live: byKey(liveOf(key, { fingerprint: 'x', lastChange: by })),
      ...known,
    });
    expect(rows[0]?.drift).toEqual({ kind: 'changed', by });
  });
});
