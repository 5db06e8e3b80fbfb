import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type AuditEntry, auditActionNames } from '../access/audit/record.ts';
import { happening, MemoryDisk, memoryLog } from '../access/audit/testing.ts';
import { realEnv } from '../env/real.ts';
import type { Controller } from './controller.ts';
import { createPast } from './past.ts';

async function pastOf(entries: readonly Partial<AuditEntry>[]) {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk);
  for (const entry of entries) audit.record(happening('words', entry));
  await audit.settled();
  const services = { env: { ...realEnv(), files: disk.files }, audit };
  return createPast({ services, find: () => undefined } as unknown as Controller);
}

test('the timeline is paged to its end, without a gap and without a record twice', async () => {
  const entries = Array.from({ length: 25 }, (_, i) => ({ application: `a${i % 3}`, what: String(i) }));
  const past = await pastOf(entries);
  const seen: string[] = [];
  let next: number | undefined;
  do {
    const page = await past.timeline(
      next === undefined ? {} : { before: next },
      4,
      ({ application }) => application !== 'a1',
    );
    expect(page.entries.length).toBeLessThanOrEqual(4);
    seen.push(...page.entries.map(({ what }) => what));
    next = page.next;
  } while (next !== undefined);
  const wanted = entries.filter(({ application }) => application !== 'a1').map(({ what }) => what);
  expect(seen).toEqual(wanted.toReversed());
});

test.each([
  [{ kinds: ['drift'] as const }, ['kubectl']],
  [{ kinds: ['override', 'drift'] as const }, ['kubectl', 'appdev']],
  [{ project: 'retail' }, ['appdev']],
  [{ application: 'bank' }, ['kubectl']],
  [{ since: 1_800_000_000_000 }, []],
])('the timeline of %j', async (query, people) => {
  const past = await pastOf([
    { project: 'retail' },
    { action: 'drift.found', who: 'kubectl', via: 'target', application: 'bank', detail: { resource: 'x' } },
    { action: 'operator.started', who: 'holdfast' },
  ]);
  expect((await past.timeline(query, 10)).entries.map(({ who }) => who)).toEqual(people);
});

test.each([
  [{ project: 'retail' }, 1],
  [{ result: 'failed' }, 1],
  [{ via: 'api' }, 1],
  [{ text: 'LIMITS' }, 1],
  [{ text: 'readdev' }, 1],
  [{ text: '3f2a' }, 1],
  [{ text: 'nobody says so' }, 0],
  [{ text: 'result' }, 0],
  [{ text: 'limits', who: 'appdev' }, 1],
  [{ text: 'limits', who: 'backdev' }, 0],
])('the records of %j', async (query, count) => {
  const past = await pastOf([
    { via: 'cli' },
    {
      ...{ project: 'retail', via: 'api', result: 'failed', revision: '3f2a91c', reviewers: ['Readdev <r@h>'] },
      detail: { subject: 'Raise limits' },
    },
  ]);
  expect(await past.records({ who: 'appdev', ...query }, 10)).toHaveLength(count);
});

test('however many ask, few files of the log are held at a time; who goes away ends the reading', async () => {
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk, { maxFileBytes: 400 });
  for (let i = 0; i < 12; i++) {
    audit.record(happening(`number ${i}`));
    await audit.settled();
  }
  let [inside, most, reads] = [0, 0, 0];
  let began = () => {};
  const read = async (path: string) => {
    reads += 1;
    most = Math.max(most, ++inside);
    began();
    await nextTurn();
    inside -= 1;
    return await disk.files.read(path);
  };
  const services = { env: { ...realEnv(), files: { ...disk.files, read } }, audit };
  const past = createPast({ services, find: () => undefined } as unknown as Controller);
  const all = await Promise.all(Array.from({ length: 20 }, () => past.records({ text: 'number' }, 100)));
  expect(all.map(found => found.length)).toEqual(Array.from({ length: 20 }, () => 12));
  expect(most).toBeLessThanOrEqual(3);

  reads = 0;
  const reading = new Promise<void>(resolve => {
    began = resolve;
  });
  const gone = new AbortController();
  const asked = past.records({ text: 'nobody says so' }, 100, undefined, gone.signal);
  await reading;
  gone.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  expect(reads).toBeLessThan(4);
});

test('of a log whose beginning was removed, it is said from when on it tells', async () => {
  const disk = new MemoryDisk();
  const { audit, clock } = memoryLog(disk, { maxFileBytes: 400 });
  for (let i = 0; i < 6; i++) {
    audit.record(happening('synced', { action: 'sync.ended', result: 'succeeded', revision: `r${i}`, sources: [] }));
    await audit.settled();
  }
  const services = { env: { ...realEnv(), files: disk.files }, audit };
  const ask = async () => await createPast({ services, find: () => undefined } as unknown as Controller).at(clock.ms);
  expect(await ask()).not.toHaveProperty('begins');
  disk.content.delete('/data/audit/0001.jsonl');
  const { begins, applications } = await ask();
  expect(begins).toBeGreaterThan(1_700_000_000_000);
  expect(applications).toMatchObject([{ revision: 'r5' }]);
});

test('every action is kept and found again', async () => {
  const past = await pastOf(auditActionNames.map(action => ({ action })));
  const found = await past.records({ application: 'shop' }, 1_000);
  expect(found.map(({ action }) => action).toReversed()).toEqual(auditActionNames);
});
