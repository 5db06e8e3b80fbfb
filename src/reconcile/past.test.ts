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
  [{ kinds: ['override', 'drift'] as const }, ['kubectl', 'ana']],
  [{ project: 'retail' }, ['ana']],
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
  [{ text: 'rita' }, 1],
  [{ text: '3f2a' }, 1],
  [{ text: 'nobody says so' }, 0],
  [{ text: 'result' }, 0],
  [{ text: 'limits', who: 'ana' }, 1],
  [{ text: 'limits', who: 'ben' }, 0],
])('the records of %j', async (query, count) => {
  const past = await pastOf([
    { via: 'cli' },
    {
      ...{ project: 'retail', via: 'api', result: 'failed', revision: '3f2a91c', reviewers: ['Rita <r@h>'] },
      detail: { subject: 'Raise limits' },
    },
  ]);
  expect(await past.records({ who: 'ana', ...query }, 10)).toHaveLength(count);
});

test('every action is kept and found again', async () => {
  const past = await pastOf(auditActionNames.map(action => ({ action })));
  const found = await past.records({ application: 'shop' }, 1_000);
  expect(found.map(({ action }) => action).toReversed()).toEqual(auditActionNames);
});
