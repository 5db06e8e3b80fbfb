import { expect, test } from 'vitest';
import type { Ran } from '../access/audit/ran.ts';
import { type MomentFilter, momentPage } from './moment.ts';

function ran(application: string, more: Partial<Ran> = {}): Ran {
  const nothing = { state: 'running' as const, revision: '3f2a91c', sources: [], since: 1, record: 1 };
  return { application, project: 'shop', ...nothing, who: 'automated', healthy: true, degraded: false, ...more };
}
const then = {
  at: 7,
  environment: { revision: 'abc', at: 5 },
  applications: [
    ran('a', { author: 'Appdev <appdev@example.com>' }),
    ran('b', { project: 'bank', subject: 'Raise limits' }),
    ran('c', { state: 'gone' }),
    ran('d'),
  ],
};
const names = (filter: MomentFilter, shows: (ran: Ran) => boolean = () => true) =>
  momentPage(then, filter, 10, shows).applications.map(({ application }) => application);

test.each([
  [{}, ['a', 'b', 'c', 'd']],
  [{ project: 'bank' }, ['b']],
  [{ state: 'gone' as const }, ['c']],
  [{ q: 'APPDEV@' }, ['a']],
  [{ q: 'limits' }, ['b']],
  [{ q: 'bank' }, ['b']],
  [{ q: 'nobody' }, []],
  [{ after: 'b' }, ['c', 'd']],
])('%j', (filter, found) => {
  expect(names(filter)).toEqual(found);
});

test('what may not be seen is in no page and in no count', () => {
  const shows = ({ project }: Ran) => project === 'shop';
  expect(names({}, shows)).toEqual(['a', 'c', 'd']);
  expect(momentPage(then, {}, 1, shows)).toMatchObject({
    at: 7,
    environment: { revision: 'abc' },
    total: 3,
    next: 'a',
  });
});

test('pages go to the end, each application once', () => {
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 9; pages++) {
    const page = momentPage(then, { after }, 3, () => true);
    seen.push(...page.applications.map(({ application }) => application));
    expect(page.total).toBe(4);
    if (page.next === undefined) break;
    after = page.next;
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd']);
});
