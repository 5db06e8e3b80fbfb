import { expect, test } from 'vitest';
import type { Ran } from '../access/audit/ran.ts';
import { type ThenAndNowFilter, thenAndNow } from './then-and-now.ts';
import { thenAndNow as schema } from './timeline-schemas.ts';

function ran(application: string, revision: string, more: Partial<Ran> = {}): Ran {
  const sources = [{ repoURL: 'https://git.example/fleet', revision, from: 'main' }];
  const plain = { since: 1, record: 1, who: 'automated', healthy: true, degraded: false } as const;
  return { application, project: 'default', state: 'running', revision, sources, ...plain, ...more };
}

const then = {
  at: 7,
  applications: [
    ran('bank', 'a'),
    ran('cache', 'a', { author: 'Appdev', project: 'retail' }),
    ran('left', 'a'),
    ran('over', 'a', { state: 'gone' }),
    ran('twice', 'a', { sources: [] }),
  ],
};
const now = {
  applications: [
    ran('bank', 'a', { since: 9 }),
    ran('cache', 'b', { author: 'Opsdev', project: 'retail' }),
    ran('fresh', 'c'),
    ran('left', 'a', { state: 'gone' }),
    ran('over', 'a', { state: 'gone' }),
    ran('twice', 'a'),
  ],
};
const ask = (filter: ThenAndNowFilter = {}, limit = 50, shows: (ran: Ran) => boolean = () => true) =>
  thenAndNow(then, now, filter, limit, shows);
const names = (filter: ThenAndNowFilter) => ask(filter).applications.map(({ application }) => application);

test('each application that ran then or runs now, and how it changed, as the schema promises', () => {
  const all = ask();
  expect(schema.omit({ mayRestore: true }).parse(all)).toEqual(all);
  expect(all.applications.map(({ application, is }) => `${application} ${is}`)).toEqual([
    ...['cache changed', 'fresh added', 'left gone', 'twice changed', 'bank same'],
  ]);
  expect(all.counts).toEqual({ same: 1, changed: 2, gone: 1, added: 1 });
  expect(all.applications[1]).not.toHaveProperty('past');
  expect(all.applications[2]).not.toHaveProperty('now');
});

test.each<[ThenAndNowFilter, string[]]>([
  [{ is: 'changed' }, ['cache', 'twice']],
  [{ is: ['gone', 'added'] }, ['fresh', 'left']],
  [{ application: 'bank' }, ['bank']],
  [{ project: 'retail' }, ['cache']],
  [{ q: 'APPDEV' }, ['cache']],
  [{ q: 'opsdev' }, ['cache']],
  [{ after: '0 cache' }, ['fresh', 'left', 'twice', 'bank']],
])('%j', (filter, found) => {
  expect(names(filter)).toEqual(found);
});

test('counts are of all pages, and do not depend on what of them is looked at', () => {
  expect(ask({ is: 'gone' })).toMatchObject({ total: 1, counts: ask().counts });
  const first = ask({}, 2);
  expect(first).toMatchObject({ total: 5, next: '0 fresh', counts: ask().counts });
  expect(ask({ after: '0 twice' })).not.toHaveProperty('next');
});

test('what one may not see of then or of now is not there', () => {
  const seen = ask({}, 50, ({ project }) => project === 'retail');
  expect(seen).toMatchObject({ total: 1, counts: { same: 0, changed: 1, gone: 0, added: 0 } });
});
