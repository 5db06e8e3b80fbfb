import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { ApplicationStatus } from '../../model/status.ts';
import { Changes } from '../changes.ts';
import { memoryOperator, sampleStatus, sampleSync } from '../testing/memory-operator.ts';
import { Entries, type Sort } from './entries.ts';
import { findPage, type ListQuery } from './query.ts';

const running = sampleSync('x', { result: 'running' });
const failed = sampleSync('x', { result: 'failed', endedAt: 3_000 });
const well = { status: 'Healthy', message: '' } as const;

/** One of each kind of trouble, in no order. */
const statuses = [
  sampleStatus('well'),
  sampleStatus('asleep', { suspended: { by: 'appdev', at: 1, reason: '' }, healthSince: 9_000 }),
  sampleStatus('broken', { health: { status: 'Degraded', message: 'CrashLoopBackOff' }, labels: { tier: 'web' } }),
  sampleStatus('gone', { health: { status: 'Missing', message: 'it is not there' }, project: 'bank' }),
  sampleStatus('behind', { sync: { status: 'OutOfSync', revision: 'fade99', message: '1 not applied yet' } }),
  sampleStatus('blind', { sync: { status: 'Unknown', revision: '', message: '' } }),
  sampleStatus('busy', { operation: running, health: { status: 'Progressing', message: 'starts' } }),
  sampleStatus('refused', { operation: failed, labels: { tier: 'db', team: 'a' } }),
];

function find(query: ListQuery, of: readonly ApplicationStatus[] = statuses) {
  const operator = memoryOperator(of);
  const found = findPage(new Entries(operator, new Changes(operator)).sorted(query.sort ?? 'attention'), query);
  return { ...found, names: found.page.map(({ status }) => status.name).join(' ') };
}

describe('the order', () => {
  it.each([
    ['attention', 'broken gone refused blind behind busy asleep well'],
    ['name', 'asleep behind blind broken busy gone refused well'],
    ['changed', 'busy asleep refused'],
  ] as const)('by %s', (sort, names) => {
    expect(find({ sort }).names.startsWith(names)).toBe(true);
  });
});

describe('filters', () => {
  it.each<[ListQuery, string]>([
    [{ q: 'CRASH' }, 'broken'],
    [{ q: 'apps/b ' }, 'broken blind behind busy'],
    [{ q: 'apps/ fade99' }, 'behind'],
    [{ project: 'bank' }, 'gone'],
    [{ label: 'tier' }, 'broken refused'],
    [{ label: ['tier', 'team=a'] }, 'refused'],
    [{ label: 'tier=web' }, 'broken'],
    [{ label: 'constructor' }, ''],
    [{ state: 'unhealthy' }, 'broken gone'],
    [{ state: ['unknown', 'outOfSync'] }, 'blind behind'],
    [{ state: 'errors' }, 'refused'],
    [{ health: ['Missing', 'Progressing'] }, 'gone busy'],
    [{ sync: 'OutOfSync' }, 'behind'],
    [{ syncing: 'true' }, 'busy'],
    [{ suspended: 'true' }, 'asleep'],
    [{ suspended: 'false', sync: 'Synced', health: 'Healthy', q: 'well' }, 'well'],
    [{ target: 'machine' }, ''],
  ])('%j', (query, names) => {
    expect(find(query)).toMatchObject({ names, total: names.split(' ').filter(Boolean).length });
  });
});

test('counts are of what text and the like leave, whatever the state asked for', () => {
  const { counts, total } = find({ state: 'unhealthy', project: 'default' });
  expect(total).toBe(1);
  const rest = { outOfSync: 1, syncing: 1, progressing: 1, suspended: 1, unknown: 1, errors: 1 };
  expect(counts).toEqual({ all: 7, unhealthy: 1, ...rest });
});

test('an edited cursor is some place, and no error', () => {
  expect(find({ after: '!!', sort: 'name' }).total).toBe(statuses.length);
});

test('pages together are the whole, each once and in order, whatever comes and goes between them', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  const world = fc.uniqueArray(fc.tuple(name, fc.boolean()), { selector: ([one]) => one, maxLength: 30 });
  const sort = fc.constantFrom<Sort>('attention', 'name', 'changed');
  fc.assert(
    fc.property(world, sort, fc.integer({ min: 1, max: 7 }), fc.array(name), (all, by, limit, coming) => {
      const health = (bad: boolean) => ({ health: bad ? { status: 'Degraded' as const, message: 'x' } : well });
      const operator = memoryOperator(all.map(([one, bad]) => sampleStatus(one, health(bad))));
      const entries = new Entries(operator, new Changes(operator));
      const seen: string[] = [];
      const places: string[] = [];
      for (let after: string | undefined, i = 0; i === 0 || after !== undefined; i++) {
        const query = { sort: by, limit, ...(after === undefined ? {} : { after }) };
        const { page, next } = findPage(entries.sorted(by), query);
        seen.push(...page.map(({ status }) => status.name));
        places.push(...page.map(entry => entry.places[by]));
        after = next;
        const news = coming[i];
        if (news !== undefined && !all.some(([one]) => one === news)) operator.put(sampleStatus(news));
      }
      expect(places).toEqual(places.toSorted());
      expect(seen).toEqual([...new Set(seen)]);
      expect(all.filter(([one]) => !seen.includes(one))).toEqual([]);
    }),
  );
});

test('an order that is kept up to date is the one that sorting anew gives', () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    do: fc.constantFrom('well', 'bad', 'drop', 'move'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const operator = memoryOperator([]);
      const kept = new Entries(operator, new Changes(operator));
      for (const { name, do: what } of steps) {
        if (what === 'drop') operator.drop(name);
        else
          operator.put(
            sampleStatus(name, {
              ...(what === 'bad' ? { health: { status: 'Degraded', message: '' } } : {}),
              ...(what === 'move' ? { project: 'bank' } : {}),
            }),
          );
        const anew = new Entries(operator, new Changes(operator));
        const places = (entries: Entries) => entries.sorted('attention').map(entry => entry.places.attention);
        expect(places(kept)).toEqual(places(anew));
      }
    }),
  );
});
