import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { contextOf, startMachine } from './harness.ts';

test('a difference that a rule ignores is none; the rule has to speak of this resource', async () => {
  await using machine = await startMachine();
  const { desired } = await machine.deliver('site', {
    'appspec.yml': `version: 0.0\nos: linux\nfiles:\n  - {source: conf, destination: ${machine.srv}}\n`,
    conf: 'one\n',
  });
  const [file] = desired;
  if (file === undefined) throw new Error('nothing was declared');
  const before = machine.live('site')[`File ${machine.srv}/conf`]?.fingerprint;
  await chmod(`${machine.srv}/conf`, 0o600);
  const live = await waitFor('the drift', () => {
    const now = machine.live('site')[`File ${machine.srv}/conf`];
    return now?.fingerprint === before ? undefined : now;
  });
  const rule = { group: '*', kind: 'File', name: '', namespace: '', jqPathExpressions: [], managedFieldsManagers: [] };
  const changes = async (more: object) => {
    const ignoreDifferences = [{ ...rule, jsonPointers: ['/mode'], ...more }];
    const context = { ...contextOf('site'), ignoreDifferences };
    const preview = await machine.target.preview(file, live, context, new AbortController().signal);
    return preview.changes.map(({ path }) => path);
  };
  expect(await changes({})).toEqual([]);
  expect(await changes({ name: file.id.name })).toEqual([]);
  for (const other of [{ name: 'other' }, { namespace: 'other' }, { kind: 'Process' }, { jsonPointers: ['/mod'] }])
    expect(await changes(other)).toEqual(['/mode']);
});
