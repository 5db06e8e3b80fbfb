import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startTestOperator } from '../../world/operator.ts';
import { environmentOf } from '../delivery/setup.ts';

test('a start with another configuration than before is in the audit log, with what is other', async () => {
  await using directory = await temporaryDirectory('own-configuration');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit({ 'holdfast.yaml': environmentOf('box', []) });
  const target = { machine: { root: `${directory.path}/root`, allowedRoots: [directory.path] } };
  const start = async (more: object) => {
    const dataDirectory = `${directory.path}/data`;
    const test = await startTestOperator({ repo: repo.fileUrl, dataDirectory, config: { target, ...more } });
    try {
      const found = await test.operator.past.records({ who: 'holdfast' }, 100);
      return found
        .filter(({ action }) => action.endsWith('.changed'))
        .map(({ action, via, detail }) => [action, via, detail?.fields]);
    } finally {
      await test.close({ stopProcesses: true });
    }
  };
  expect(await start({})).toEqual([]);
  expect(await start({})).toEqual([]);
  const access = { policy: 'p, appops, applications, get, */*, allow' };
  const changed = ['access.changed', 'automation', expect.arrayContaining(['access.policy'])];
  expect(await start({ access })).toEqual([changed]);
  expect(await start({ access, audit: { retention: '400d' } })).toEqual([
    ['settings.changed', 'automation', ['audit.retention']],
    changed,
  ]);
});
