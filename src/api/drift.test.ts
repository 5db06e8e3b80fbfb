import { expect, test } from 'vitest';
import { type Drift, resourceKey } from '../model/resource.ts';
import type { ApplicationStatus, ResourceStatus } from '../model/status.ts';
import { driftsOf } from './drift.ts';
import { drifts } from './drift-schemas.ts';
import { memoryOperator, sampleStatus } from './testing/memory-operator.ts';

function resource(name: string, drift?: Drift): ResourceStatus {
  const id = { group: '', kind: 'ConfigMap', namespace: 'ns', name };
  const health = { status: 'Healthy', message: '' } as const;
  const sync = drift === undefined ? 'Synced' : 'OutOfSync';
  return { id, key: resourceKey(id), sync, health, hook: false, wave: 0, ...(drift === undefined ? {} : { drift }) };
}

const byEdit: Drift = {
  kind: 'changed',
  by: { name: 'kubectl-edit', at: 7 },
  changes: [{ path: '/data/color', declared: '"red"', live: '"blue"' }],
};
const statuses = [
  sampleStatus('shop', {
    project: 'retail',
    resources: [resource('b', byEdit), resource('a', { kind: 'missing' }), resource('c')],
  }),
  sampleStatus('bank', { suspended: { by: 'appdev', at: 1, reason: '' }, resources: [resource('a', byEdit)] }),
  sampleStatus('quiet'),
  sampleStatus('left', { resources: [resource('old', { kind: 'extra' })] }),
];
const ask = (filter = {}, limit = 100, shows: (status: ApplicationStatus) => boolean = () => true) =>
  driftsOf(memoryOperator(statuses), filter, limit, shows);
const names = ({ rows }: { rows: { application: string; id: { name: string } }[] }) =>
  rows.map(({ application, id }) => `${application}/${id.name}`);

test('what another application has made its own is that one’s', () => {
  const one = {
    ...resource('tiles', { kind: 'changed' }),
    held: 'it belongs to it',
    refused: true,
    sharedWith: 'maps',
  } as const;
  const operator = memoryOperator([sampleStatus('atlas', { resources: [one] })]);
  const found = driftsOf(operator, { by: 'application maps' }, 10, () => true);
  expect(found.authors).toEqual([{ name: 'application maps', count: 1 }]);
  expect(found.rows).toMatchObject([{ refused: true, sharedWith: 'maps', healsItself: false }]);
});

test('every difference, with who made it, as the schema promises', () => {
  const all = ask();
  expect(drifts.omit({ about: true }).parse(all)).toEqual(all);
  expect(names(all)).toEqual(['bank/a', 'left/old', 'shop/a', 'shop/b']);
  expect(all).toMatchObject({ total: 4, applications: 3 });
  expect(all.authors).toEqual([
    { name: 'kubectl-edit', count: 2 },
    { name: 'git', count: 1 },
    { name: 'unknown', count: 1 },
  ]);
  expect(all.rows[3]).toMatchObject({ kind: 'changed', by: byEdit.by, changes: byEdit.changes });
});

test('what is suspended is not repaired by itself', () => {
  expect(ask().rows.map(({ healsItself }) => healsItself)).toEqual([false, true, true, true]);
});

test('what automation holds back does not go away by itself, and says why', () => {
  const held = '5 of 6 resources would be deleted, more than the 50 % that the guard allows';
  const legacy = [resource('a', { kind: 'extra' }), resource('b', byEdit)].map((one, i) =>
    i === 0 ? { ...one, held } : one,
  );
  const { rows } = driftsOf(memoryOperator([sampleStatus('legacy', { resources: legacy })]), {}, 9, () => true);
  expect(rows.map(row => [row.healsItself, row.held])).toEqual([
    [false, held],
    [true, undefined],
  ]);
});

test.each([
  [{ by: 'kubectl-edit' }, ['bank/a', 'shop/b']],
  [{ by: 'unknown' }, ['shop/a']],
  [{ project: 'retail' }, ['shop/a', 'shop/b']],
  [{ application: 'bank' }, ['bank/a']],
  [{ q: 'COLOR' }, ['bank/a', 'shop/b']],
  [{ q: 'edit', project: 'retail' }, ['shop/b']],
  [{ after: 'bank //nothing' }, ['bank/a', 'left/old', 'shop/a', 'shop/b']],
])('%j', (filter, found) => {
  expect(names(ask(filter))).toEqual(found);
});

test('counts of authors do not depend on the author that was chosen', () => {
  expect(ask({ by: 'unknown' }).authors).toEqual(ask().authors);
});

test('pages follow each other to the end', () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = ask(after === undefined ? {} : { after }, 3);
    seen.push(...names(page));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(names(ask()));
});

test('by author: whoever made most comes first, and pages follow each other to the end', () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = ask({ sort: 'author', ...(after === undefined ? {} : { after }) }, 1);
    seen.push(...names(page));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(['bank/a', 'shop/b', 'left/old', 'shop/a']);
});

test('another version where something differs otherwise, and only there', () => {
  const { version } = ask();
  expect(ask({}, 1).version).toBe(version);
  const versionOf = (drift: Drift) =>
    driftsOf(memoryOperator([sampleStatus('shop', { resources: [resource('b', drift)] })]), {}, 9, () => true).version;
  expect(versionOf(byEdit)).toBe(versionOf({ ...byEdit }));
  expect(versionOf({ ...byEdit, by: { name: 'appdev', at: 7 } })).not.toBe(versionOf(byEdit));
});

test('what may not be seen is not counted', () => {
  const one = ask({}, 100, ({ project }) => project === 'retail');
  expect(one).toMatchObject({ total: 2, applications: 1 });
  expect(one.authors.map(({ name }) => name)).toEqual(['kubectl-edit', 'unknown']);
});

test('10,000 applications are asked in a moment', () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    sampleStatus(`a${i}`, { resources: [resource('a', i % 100 === 0 ? byEdit : undefined)] }),
  );
  const operator = memoryOperator(many);
  driftsOf(operator, {}, 100, () => true);
  // Of the processor, and the best of some: how long one takes by the clock depends on what else runs.
  const spent = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    expect(driftsOf(operator, {}, 100, () => true).total).toBe(100);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  expect(Math.min(...spent)).toBeLessThan(50);
});
