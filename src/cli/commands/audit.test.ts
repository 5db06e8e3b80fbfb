import { expect, test } from 'vitest';
import type { AuditRecord } from '../../access/audit/record.ts';
import type { Verdict } from '../../access/audit/verify.ts';
import { plainStyle } from '../style.ts';
import { momentText } from './at.ts';
import { auditLines } from './audit.ts';
import { verdictText } from './audit-verify.ts';

const at = Date.UTC(2026, 10, 21, 10, 30);
const key = { fingerprint: 'SHA256:abc', verifies: () => true };
const whole: Verdict = {
  ...{ ok: true, records: 90, first: 11, last: 100, checkpoints: 3, signedUntil: 100, torn: false, findings: [] },
};

test('a log whose beginning was removed by retention is whole, and says since when', () => {
  const text = verdictText({ ...whole, retired: { before: 11, at } }, key, plainStyle);
  expect(text).toMatch(/^✓ The log is whole: 90 records, 11 to 100/);
  expect(text).toMatch(/\nBefore 2026-11-21.*: removed by retention, records 1 to 10\.$/);
});

test('what ran then says where the log begins, when it is not the beginning of all', () => {
  const nothing = { at, total: 0, applications: [] };
  expect(momentText(nothing, plainStyle)).not.toContain('begins');
  expect(momentText({ ...nothing, begins: at }, plainStyle)).toContain('The audit log begins at 2026-11-21');
});

const commit = (author: string) => ({ id: 'a', author, subject: 's', at });
const record: AuditRecord = {
  ...{ seq: 1, at, who: 'appdev', via: 'ui', action: 'sync.ended', what: 'succeeded', result: 'succeeded' },
  ...{ author: 'Appdev', previous: '', hash: '' },
};

test.each<[object, string]>([
  [{}, ' — by Appdev'],
  [{ delivered: { count: 1, listed: [commit('Appdev')] } }, ' — by Appdev'],
  [
    { delivered: { count: 60, listed: [commit('Appdev'), commit('Backdev')] } },
    ' — by Appdev; brings 60 commits by 2 people',
  ],
  [
    { delivered: { count: 0, listed: [] }, takenBack: { count: 2, least: true, listed: [commit('Appdev')] } },
    ' — by Appdev; takes back at least 2 commits by 1 person',
  ],
])('a sync with %j', (more, end) => {
  expect(auditLines([{ ...record, ...more }], plainStyle).endsWith(end)).toBe(true);
});
