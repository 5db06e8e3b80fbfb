import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Resource, resourceNames, resources } from '../words.ts';
import { builtInPolicy } from './built-in.ts';
import type { MatchMode } from './match.ts';
import { parsePolicy } from './parse.ts';
import { Policy } from './policy.ts';
import { projectPolicy } from './project-roles.ts';

function policyOf(text: string, { mode = 'glob' as MatchMode, defaults = [] as string[] } = {}): Policy {
  const { rules, grants, problems } = parsePolicy(text, 'test', mode);
  expect(problems).toEqual([]);
  return new Policy([...builtInPolicy.rules, ...rules], [...builtInPolicy.grants, ...grants], defaults);
}

function may(policy: Policy, who: string | [string, ...string[]], resource: Resource, action: string, object: string) {
  const [name, ...groups] = [who].flat() as [string, ...string[]];
  return policy.decide({ name, groups }, resource, action, object).allowed;
}

describe('a line', () => {
  it.each<[string, Resource, string, string, boolean]>([
    ['p, a, applications, get, shop/web, allow', 'applications', 'get', 'shop/web', true],
    ['p, a, applications, get, shop/web, allow', 'applications', 'get', 'shop/web2', false],
    ['p, a, applications, get, shop/web, allow', 'applications', 'sync', 'shop/web', false],
    ['p, a, applications, get, shop/web, allow', 'logs', 'get', 'shop/web', false],
    ['p, a, applications, *, */*, allow', 'applications', 'delete/apps/Deployment/ns/web', 'shop/web', true],
    ['p, a, *, get, *, allow', 'targets', 'get', 'prod', true],
    ['p, a, clusters, get, *, allow', 'targets', 'get', 'prod', true],
    ['p, a, applications, get, *, allow', 'applications', 'get', 'shop/web', true],
    // "/" is a character like any other, as in Argo CD.
    ['p, a, applications, get, shop*, allow', 'applications', 'get', 'shop/a/b', true],
    ['p, a, applications, delete/*/Pod/*/*, shop/*, allow', 'applications', 'delete//Pod/ns/x', 'shop/web', true],
    ['p, a, applications, delete/*/Pod/*/*, shop/*, allow', 'applications', 'delete', 'shop/web', false],
    ['p, a, applications, action/apps/*, */*, allow', 'applications', 'action/apps/Deployment/restart', 's/w', true],
    ['p, a, applications, "{get,sync}", "{shop,bank}/w?b", allow', 'applications', 'sync', 'bank/web', true],
    ['p, a, applications, get, shop/[a-c]*, allow', 'applications', 'get', 'shop/dot', false],
    ['p, a, applications, get, shop/[!a-c]*, allow', 'applications', 'get', 'shop/dot', true],
    ['p, a, applications, get, Shop/*, allow', 'applications', 'get', 'shop/web', false],
    ['  p ,a , applications,get,"shop/web" , allow  ', 'applications', 'get', 'shop/web', true],
    ['p, b, applications, get, */*, allow', 'applications', 'get', 'shop/web', false],
    ['p, *, applications, get, */*, allow', 'applications', 'get', 'shop/web', false],
  ])('%s: %s %s %s is %s', (line, resource, action, object, expected) => {
    expect(may(policyOf(line), 'a', resource, action, object)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['^shop/.*$', 'shop/web', true],
    ['^shop/.*$', 'workshop/web', false],
    ['shop/', 'workshop/web', true],
    ['^(shop|bank)/web-\\d{1,3}$', 'bank/web-42', true],
    ['^(shop|bank)/web-\\d{1,3}$', 'bank/web-1234', false],
    ['^[^/]+/[a-c]+?$', 'x/abc', true],
    ['^x\\.y/(?:a*)*$', 'x.y/aaaa', true],
  ])('with regular expressions, %s and %s: %s', (object, asked, expected) => {
    const policy = policyOf(`p, a, ^applications$, ^get$, "${object}", allow`, { mode: 'regex' });
    expect(may(policy, 'a', 'applications', 'get', asked)).toBe(expected);
  });

  it('no expression takes long', () => {
    const text = 'p, a, applications, get, "^(a+)+(a|aa)*(a*)*b$", allow';
    const policy = policyOf(text, { mode: 'regex' });
    const began = performance.now();
    expect(may(policy, 'a', 'applications', 'get', 'a'.repeat(2_000))).toBe(false);
    const globs = policyOf(`p, a, applications, get, ${'*a'.repeat(500)}b, allow`);
    expect(may(globs, 'a', 'applications', 'get', 'a'.repeat(2_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe('roles', () => {
  const text = `
    # people
    g, team-a, role:dev
    g, role:dev, role:base
    g, role:base, role:dev
    p, role:dev, applications, sync, shop/*, allow
    p, role:base, applications, get, shop/*, allow
    p, appops, applications, sync, shop/secret, deny
    p, team-b, applications, sync, */*, allow
    g, root, role:admin`;
  const policy = policyOf(text);
  it.each<[string | [string, ...string[]], string, string, boolean]>([
    [['appops', 'team-a'], 'sync', 'shop/web', true],
    [['appops', 'team-a'], 'get', 'shop/web', true],
    ['appops', 'get', 'shop/web', false],
    // Also where a group allows it: a line that denies holds whoever else allows.
    [['appops', 'team-a', 'team-b'], 'sync', 'shop/secret', false],
    [['bystander', 'team-b'], 'sync', 'shop/secret', true],
    ['root', 'delete', 'x/y', true],
    ['admin', 'rollback', 'x/y', true],
    ['role:readonly', 'get', 'x/y', true],
    ['role:readonly', 'sync', 'x/y', false],
    ['', 'get', 'shop/web', false],
  ])('%j may %s %s: %s', (who, action, object, expected) => {
    expect(may(policy, who, 'applications', action, object)).toBe(expected);
  });

  it('says which line decided, and through what', () => {
    expect(policy.decide({ name: 'appops', groups: ['team-a'] }, 'applications', 'get', 'shop/web')).toEqual({
      allowed: true,
      place: { source: 'test', line: 7, text: 'p, role:base, applications, get, shop/*, allow' },
      through: ['appops', 'team-a', 'role:dev', 'role:base'],
    });
    expect(policy.decide({ name: 'appops', groups: ['team-a'] }, 'applications', 'sync', 'shop/secret')).toMatchObject({
      allowed: false,
      place: { line: 8 },
      through: ['appops'],
    });
    expect(policy.decide({ name: 'x', groups: [] }, 'applications', 'get', 'a/b')).toEqual({
      allowed: false,
      through: [],
    });
  });

  it('the default role is for everybody, and a denial holds against it, too', () => {
    const open = policyOf('p, edgedev, applications, get, bank/*, deny', { defaults: ['role:readonly'] });
    expect(may(open, 'anybody', 'logs', 'get', 'bank/web')).toBe(true);
    expect(may(open, 'anybody', 'applications', 'sync', 'bank/web')).toBe(false);
    expect(may(open, 'edgedev', 'applications', 'get', 'bank/web')).toBe(false);
  });

  it('admin does everything that there is, readonly sees everything that there is to see', () => {
    const policy = policyOf('');
    for (const resource of resourceNames) {
      const { perProject, actions } = resources[resource];
      const object = perProject ? 'shop/web' : 'shop';
      for (const action of actions) {
        const asked = action === 'action' ? 'action/apps/Deployment/restart' : action;
        expect([resource, action, may(policy, 'role:admin', resource, asked, object)]).toEqual([
          resource,
          action,
          true,
        ]);
        const sees = may(policy, 'role:readonly', resource, asked, object);
        expect([resource, action, sees]).toEqual([resource, action, action === 'get']);
      }
    }
  });
});

describe('roles of projects', () => {
  const role = (policies: string[], groups: string[] = []) => [{ name: 'ci', policies, groups }];
  function ofShop(...policies: string[]) {
    const { rules, grants, problems } = projectPolicy('shop', role(policies, ['team-a']), 'glob');
    return { policy: new Policy(rules, grants), problems };
  }

  it('count for their project only', () => {
    const { policy, problems } = ofShop(
      'p, proj:shop:ci, applications, sync, shop/*, allow',
      'p, proj:shop:ci, logs, get, *, allow',
      'p, proj:shop:ci, targets, get, *, allow',
    );
    expect(problems).toEqual([]);
    expect(may(policy, 'proj:shop:ci', 'applications', 'sync', 'shop/web')).toBe(true);
    expect(may(policy, ['appops', 'team-a'], 'applications', 'sync', 'shop/web')).toBe(true);
    expect(may(policy, 'proj:shop:ci', 'logs', 'get', 'shop/web')).toBe(true);
    expect(may(policy, 'proj:shop:ci', 'logs', 'get', 'bank/web')).toBe(false);
    expect(may(policy, 'proj:shop:ci', 'logs', 'get', 'shop2/web')).toBe(false);
    // An environment that is called like the project is not the project's.
    expect(may(policy, 'proj:shop:ci', 'targets', 'get', 'shop')).toBe(false);
  });

  it('with expressions that match anywhere, too', () => {
    const { rules } = projectPolicy('shop', role(['p, proj:shop:ci, applications, get, .*, allow']), 'regex');
    const policy = new Policy(rules, []);
    expect(may(policy, 'proj:shop:ci', 'applications', 'get', 'shop/web')).toBe(true);
    expect(may(policy, 'proj:shop:ci', 'applications', 'get', 'bank/web')).toBe(false);
    expect(may(policy, 'proj:shop:ci', 'applications', 'get', 'workshop/web')).toBe(false);
  });

  it.each([
    ['p, proj:bank:ci, applications, sync, shop/*, allow', 'the subject must be proj:shop:ci'],
    ['p, role:readonly, applications, sync, shop/*, allow', 'the subject must be proj:shop:ci'],
    ['p, proj:shop:ci, applications, sync, bank/*, allow', 'the object must begin with shop/'],
    ['p, proj:shop:ci, applications, sync, "{shop,bank}/*", allow', 'the object must begin with shop/'],
    ['p, proj:shop:ci, applications, sync, shop*, allow', 'the object must begin with shop/'],
    ['p, proj:shop:ci, projects, update, shop, allow', 'projects is nothing that a role of a project decides about'],
    ['p, proj:shop:ci, *, get, *, allow', 'is nothing that a role of a project decides about'],
    ['g, appops, role:admin', 'lines with p only'],
    ['p, proj:shop:ci, applications, get, shop/*, allow\ng, appops, role:admin', 'has 8 fields'],
  ])('%j is refused: %s', (line, reason) => {
    const { problems, policy } = ofShop(line);
    expect(problems[0]?.reason).toContain(reason);
    expect(may(policy, 'appops', 'applications', 'sync', 'bank/web')).toBe(false);
  });
});

describe('properties', () => {
  const names = ['appops', 'team-a', 'role:x', 'role:y'];
  const name = fc.constantFrom(...names);
  const line = fc
    .tuple(
      name,
      fc.constantFrom('applications', 'logs', '*', 'app*'),
      fc.constantFrom('get', 'sync', '*', '"{get,sync}"'),
      fc.constantFrom('shop/web', 'shop/*', '*', '*/web', 's*/w?b', 'bank/*'),
      fc.constantFrom('allow', 'deny'),
    )
    .map(parts => `p, ${parts.join(', ')}`);
  const grant = fc.tuple(name, name).map(([a, b]) => `g, ${a}, ${b}`);
  const lines = fc.array(fc.oneof(line, line, grant), { maxLength: 12 });
  const question = fc.record({
    resource: fc.constantFrom<Resource>('applications', 'logs'),
    action: fc.constantFrom('get', 'sync'),
    object: fc.constantFrom('shop/web', 'bank/web', 'shop/db'),
  });

  function plain(text: readonly string[]): Policy {
    const { rules, grants } = parsePolicy(text.join('\n'), 't', 'glob');
    expect(rules.length + grants.length).toBe(text.length);
    return new Policy(rules, grants);
  }
  const appops = (policy: Policy, q: { resource: Resource; action: string; object: string }) =>
    policy.decide({ name: 'appops', groups: ['team-a'] }, q.resource, q.action, q.object).allowed;

  test('the order of lines does not matter', () => {
    const shuffled = lines.chain(all =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(fc.property(shuffled, question, ([one, other], q) => appops(plain(one), q) === appops(plain(other), q)));
  });

  test('one more line that denies allows nothing more; one that allows takes nothing away', () => {
    fc.assert(
      fc.property(lines, line, question, (all, more, q) => {
        const [before, after] = [appops(plain(all), q), appops(plain([...all, more]), q)];
        return more.endsWith('deny') ? before || !after : !before || after;
      }),
    );
  });

  test('nothing is allowed that no single line allows, and nothing that one denies', () => {
    fc.assert(
      fc.property(lines, question, (all, q) => {
        const grants = all.filter(text => text.startsWith('g'));
        const rules = all.filter(text => text.startsWith('p'));
        const allows = rules.filter(text => text.endsWith('allow')).some(text => appops(plain([...grants, text]), q));
        const flipped = rules.filter(text => text.endsWith('deny')).map(text => text.replace(/deny$/, 'allow'));
        const denies = flipped.some(text => appops(plain([...grants, text]), q));
        return appops(plain(all), q) === (allows && !denies);
      }),
    );
  });
});

it('looks at few of 1,000 lines', () => {
  // For 2,000 questions about projects of their own, each line in turn would be 2,000,000 looks.
  let looks = 0;
  const text = Array.from({ length: 1_000 }, (_, i) => `p, role:dev, applications, sync, team-${i}/*, allow`).join(
    '\n',
  );
  const { rules } = parsePolicy(`${text}\np, role:dev, applications, sync, */frozen, deny`, 't', 'glob');
  const counted = rules.map(rule => {
    const matches = (action: string) => {
      looks += 1;
      return rule.action.matches(action);
    };
    return { ...rule, action: { ...rule.action, matches } };
  });
  const policy = new Policy(counted, []);
  for (let i = 0; i < 2_000; i++) {
    const object = `team-${i}/app`;
    expect(policy.decide({ name: 'role:dev', groups: [] }, 'applications', 'sync', object).allowed).toBe(i < 1_000);
  }
  expect(looks).toBeLessThanOrEqual(2_000);
});

it('decides 100,000 times in less than a second of one processor, for 500 people in 200 teams', () => {
  const lines = Array.from({ length: 200 }, (_, i) =>
    [
      `p, role:team-${i}, applications, *, team-${i}/*, allow`,
      `p, role:team-${i}, logs, get, team-${i}/*, allow`,
      `p, role:team-${i}, applications, delete, */prod-*, deny`,
      `g, group-${i}, role:team-${i}`,
    ].join('\n'),
  );
  const policy = policyOf(lines.join('\n'));
  const people = Array.from({ length: 500 }, (_, i) => ({
    name: `person-${i}`,
    groups: [`group-${i % 200}`, `group-${(i * 7) % 200}`, 'everybody'],
  }));
  let allowed = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < 100_000; i++) {
    const who = people[i % people.length] as (typeof people)[number];
    // Never the same question twice.
    const object = `team-${i % 4 === 0 ? (i % 500) % 200 : (i * 13) % 200}/app-${i}`;
    if (policy.decide(who, 'applications', i % 3 === 0 ? 'sync' : 'get', object).allowed) allowed += 1;
  }
  const { user, system } = process.cpuUsage(before);
  // A quarter are about one's own team.
  expect(allowed).toBeGreaterThanOrEqual(25_000);
  expect(allowed).toBeLessThan(50_000);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
