import { expect, it, test } from 'vitest';
import type { MatchMode } from './match.ts';
import { parsePolicy } from './parse.ts';

it.each<[string, number, number, string, MatchMode?]>([
  ['q, a, b', 1, 1, 'a line begins with p or g'],
  ['\n\n  p, a, applications, get, */*', 3, 31, 'has 5 fields'],
  ['p, a, applications, get, */*, allow, more', 1, 38, 'has 7 fields'],
  ['g, a', 1, 5, 'has 2 fields'],
  ['p, a, applications, get, */*, alow', 1, 31, 'the effect is allow or deny, not "alow"'],
  ['p, a, aplications, get, */*, allow', 1, 7, 'there is no resource "aplications"'],
  ['p, a, x*, get, */*, allow', 1, 7, 'there is no resource "x*"'],
  ['p, a, applications, gte, */*, allow', 1, 21, 'there is no action "gte"'],
  ['p, a, applications, sync/x, */*, allow', 1, 21, 'there is no action "sync/x"'],
  ['p, a, applications, get, shop, deny', 1, 26, 'objects of applications are PROJECT/NAME'],
  ['p, , applications, get, */*, allow', 1, 4, 'a field must not be empty'],
  ['p, a, applications, get, shop/[a, allow', 1, 31, '"[" is not closed'],
  ['p, a, applications, get, {shop/x, allow', 1, 26, '"{" is not closed'],
  ['p, a, applications, get, shop/[^a]*, allow', 1, 31, 'what is not to match is written as [!…]'],
  ['p, a, applications, get, shop/x\\, allow', 1, 32, 'nothing after the backslash'],
  ['p, a, applications, get, "shop/x, allow', 1, 26, 'the quotes are not closed'],
  ['p, a, applications, get, "shop"x, allow', 1, 32, 'a comma is expected after the quotes'],
  ['p, a, applications, get, (shop, allow', 1, 26, '"(" is not closed', 'regex'],
  ['p, a, applications, get, (?=shop), allow', 1, 26, 'only "(?:" is understood', 'regex'],
  ['p, a, applications, get, a**, allow', 1, 28, 'cannot be repeated', 'regex'],
  ['p, a, applications, get, (a)\\1, allow', 1, 29, '"\\1" is not understood', 'regex'],
  ['p, a, applications, get, [[:alpha:]], allow', 1, 27, 'named classes are not understood', 'regex'],
  ['p, a, applications, get, ((((a{999}){999}){999}){999}), allow', 1, 26, 'too large', 'regex'],
])('%j: line %d, column %d: %s', (text, line, column, reason, mode = 'glob') => {
  const { problems, rules, grants } = parsePolicy(text, 'policy.csv', mode);
  expect(problems).toEqual([{ line, column, reason: expect.stringContaining(reason) }]);
  expect([rules, grants]).toEqual([[], []]);
});

test('comments, empty lines and ends of lines of Windows', () => {
  const { rules, grants, problems } = parsePolicy(
    '# a\r\n\r\n p, a, logs, get, */*, allow\r\ng, a, role:x\r\n',
    's',
    'glob',
    10,
  );
  expect(problems).toEqual([]);
  expect(rules.map(({ place }) => place.line)).toEqual([12]);
  expect(grants).toEqual([{ member: 'a', role: 'role:x', place: { source: 's', line: 13, text: 'g, a, role:x' } }]);
});

test("the built-in policy of Argo CD's kind is understood as it is", () => {
  const text = `
p, role:org-admin, applications, *, */*, allow
p, role:org-admin, clusters, get, *, allow
p, role:org-admin, repositories, create, *, allow
p, role:org-admin, write-repositories, delete, *, allow
p, role:org-admin, certificates, update, *, allow
p, role:org-admin, gpgkeys, create, *, allow
p, role:org-admin, exec, create, */*, allow
p, role:org-admin, exec, debug, */*, allow
p, role:org-admin, extensions, invoke, httpbin, allow
p, role:org-admin, applicationsets, *, dev/*, allow
p, example-user, applications, action//Pod/maintenance-off, default/*, allow
p, example-user, applications, delete/*/Pod/*/*, default/prod-app, allow
p, "cn=ops,dc=example", applications, get, */*, allow
g, my-org:team-beta, role:org-admin
g, user@example.org, role:admin`;
  const { problems, rules, grants } = parsePolicy(text, 's', 'glob');
  expect([problems, rules.length, grants.length]).toEqual([[], 13, 2]);
});
