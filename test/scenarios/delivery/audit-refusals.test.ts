import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/access/audit/record.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('what is refused, removed and kept secret: the first two are in the audit log, the third is not', async () => {
  const secret = (data: Record<string, unknown>) =>
    manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...data });
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name },
      { name: `${name}-x`, path: 'app', namespace: name, project: 'nobodys' },
    ]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/s.json': secret({ stringData: { key: 'CANARY-good' } }),
  }));
  const { test: holdfast, repo, name } = delivery;
  const { operator } = holdfast;
  const { audit } = holdfast.holdfast.services;
  const text = async () => {
    await audit.settled();
    const names = (await readdir(audit.directory)).filter(one => one.endsWith('.jsonl'));
    return (await Promise.all(names.map(one => readFile(`${audit.directory}/${one}`, 'utf8')))).join('');
  };
  const find = async (action: string, application = name) =>
    (await text())
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as AuditRecord)
      .find(one => one.action === action && one.application === application);

  await holdfast.untilSynced(name);
  expect(await waitFor('the refusal', () => find('policy.refused', `${name}-x`))).toMatchObject({
    who: 'holdfast',
    result: 'refused',
    what: expect.stringContaining('no project nobodys'),
  });
  await expect(operator.sync(`${name}-x`, {}, 'appdev')).rejects.toThrow();
  expect(await find('request.refused', `${name}-x`)).toMatchObject({ who: 'appdev', result: 'refused' });

  // A Secret that the server does not take: what it says about it may quote it.
  await repo.commit({ 'app/s.json': secret({ data: { key: 'CANARY-bad not base64' } }) });
  await holdfast.refresh();
  await waitFor('a failure', async () => (await text()).match(/"action":"sync.ended"[^\n]*"result":"failed"/));
  await operator.suspend(name, 'to look at it', 'appdev');
  await operator.remove(name, { orphan: false }, 'backdev via token cleanup');
  await waitFor('the end', async () => (await text()).match(/"action":"sync.ended"[^\n]*"revision":""/));
  expect(await find('removal.asked')).toMatchObject({ who: 'backdev', token: 'cleanup', detail: { orphan: false } });
  expect(await text()).not.toContain('CANARY');
});
