import { expect, test } from 'vitest';
import { auditActionNames } from '../../src/access/audit/record.ts';
import { actionsOf, timelineKinds } from '../../src/access/audit/timeline.ts';
import { programFiles } from './sources.ts';

// Words of the audit log that nobody says, and what is said on the timeline.

test('every action that is documented is recorded somewhere', () => {
  const text = programFiles()
    .filter(({ path }) => !/access\/audit\/(record|timeline)\.ts$/.test(path))
    .map(({ code }) => code)
    .join('\n');
  const made = /^(application|project)\.(added|changed|removed)$/;
  const silent = auditActionNames.filter(name => !made.test(name) && !text.includes(`'${name}'`));
  expect(silent).toEqual([]);
});

test('what the timeline shows are actions of the log', () => {
  for (const action of actionsOf(timelineKinds)) expect(auditActionNames).toContain(action);
});
