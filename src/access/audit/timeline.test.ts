import { expect, test } from 'vitest';
import type { AuditRecord } from './record.ts';
import { actionsOf, lineOf, timelineKinds } from './timeline.ts';

function record(action: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    ...{ seq: 7, at: 10_000, who: 'appdev', via: 'ui', action, what: 'words', application: 'shop', project: 'retail' },
    ...{ result: 'done', previous: '', hash: '', ...more },
  };
}
const nothingRuns = () => false;

test('a sync that ended is one line, with its beginning and what it did', () => {
  const detail = { sync: 's1', reason: 'asked for', message: '2 changed', milliseconds: 4_000, changed: 2, failed: 0 };
  const line = lineOf(record('sync.ended', { result: 'succeeded', revision: 'abc', detail }), nothingRuns);
  expect(line).toMatchObject({ id: 7, at: 10_000, kind: 'sync', who: 'appdev', via: 'ui', result: 'succeeded' });
  expect(line?.sync).toMatchObject({ id: 's1', startedAt: 6_000, endedAt: 10_000, changed: 2, created: 0 });
  expect(line).not.toHaveProperty('reason');
});

test('a beginning is a line only while what began is under way', () => {
  const began = record('sync.started', { result: 'started', detail: { sync: 's1' } });
  expect(lineOf(began, nothingRuns)).toBeUndefined();
  const running = lineOf(began, (application, sync) => application === 'shop' && sync === 's1');
  expect(running?.sync).toMatchObject({ startedAt: 10_000 });
  expect(running?.sync).not.toHaveProperty('endedAt');
});

test('drift says what, where, and when it was made', () => {
  const detail = { resource: 'apps/Deployment/shop/web', drift: 'changed', fields: ['/spec/replicas'], madeAt: 9_000 };
  const line = lineOf(record('drift.found', { who: 'kubectl-edit', via: 'target', detail }), nothingRuns);
  expect(line).toMatchObject({ kind: 'drift', who: 'kubectl-edit', via: 'target' });
  expect(line?.drift).toEqual({ key: detail.resource, kind: 'changed', paths: ['/spec/replicas'], at: 9_000 });
});

test('a commit has its author, its words and its repository', () => {
  const sources = [{ repoURL: 'https://h/r', revision: 'abc', from: 'main' }];
  const said = {
    revision: 'abc',
    author: 'Backdev <b@h>',
    reviewers: ['Readdev'],
    sources,
    detail: { subject: 'Limits' },
  };
  expect(lineOf(record('revision.declared', said), nothingRuns)).toMatchObject({
    ...{ kind: 'commit', revision: 'abc', author: 'Backdev <b@h>', reviewers: ['Readdev'], subject: 'Limits' },
    repository: 'https://h/r',
  });
});

test('every action has one kind at most; what nobody looks for on a timeline has none', () => {
  const all = timelineKinds.flatMap(kind => [...actionsOf([kind])]);
  expect(new Set(all).size).toBe(all.length);
  expect(lineOf(record('audit.checkpoint'), nothingRuns)).toBeUndefined();
});
