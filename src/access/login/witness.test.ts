import { expect, test } from 'vitest';
import type { AuditEntry } from '../audit/record.ts';
import { Witness } from './witness.ts';

const nobody = { subject: { name: '', groups: [] }, from: '192.0.2.1' };
const refused = { action: 'access.login', what: 'could not sign in', result: 'refused' } as const;

test('a flood of refusals of one kind is written down in part, and drowns no other', () => {
  let now = 0;
  const told: AuditEntry[] = [];
  const clock = { now: () => now, monotonic: () => now };
  const witness = new Witness(clock, { record: entry => told.push(entry) });
  for (let i = 0; i < 1_000; i++) witness.tell(nobody, refused, 'LOGIN_LIMITED');
  expect(told).toHaveLength(120);
  witness.tell(nobody, refused, 'LOGIN_FAILED');
  witness.tell(nobody, { ...refused, result: 'done' });
  expect(told).toHaveLength(122);
  now = 60_000;
  witness.tell(nobody, refused, 'LOGIN_LIMITED');
  expect(told.at(-1)).toMatchObject({ who: 'somebody', via: 'api', from: '192.0.2.1', detail: { lost: 880 } });
  witness.tell(nobody, refused, 'LOGIN_LIMITED');
  expect(told.at(-1)).not.toHaveProperty('detail');
});

test('what is told says who, by what, and from where', () => {
  const told: AuditEntry[] = [];
  const witness = new Witness({ now: () => 0, monotonic: () => 0 }, { record: entry => told.push(entry) });
  const said = { action: 'token.created', what: 'made a token', result: 'done' } as const;
  witness.tell({ subject: { name: 'appops', groups: [], through: 'oidc' }, from: 'x' }, said);
  witness.tell({ subject: { name: 'appops', groups: [], token: 'laptop' }, from: '' }, said);
  witness.tellOf({ who: 'git', via: 'git' }, said);
  expect(told).toEqual([
    { who: 'appops', via: 'ui', from: 'x', ...said },
    { who: 'appops', via: 'api', token: 'laptop', ...said },
    { who: 'git', via: 'git', ...said },
  ]);
});
