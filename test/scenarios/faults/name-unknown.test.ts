import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { environmentOf, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

test('a host whose name nobody knows: it is said which, only those who need it wait, nothing is deleted; without it no doubt is left', async () => {
  await using delivery = await startDelivery(oneMap, { interval: '1s' });
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const far = `${name}-far`;
  const own = { name, path: 'app', namespace: name };
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [
      own,
      { name: far, repo: 'https://nowhere.invalid/far.git', path: '.', namespace: far },
    ]),
  });
  const lost = await holdfast.until(far, ({ conditions }) =>
    conditions.some(({ message }) => message.includes('nowhere.invalid')),
  );
  expect(lost.sync.status).toBe('Unknown');
  expect(lost.conditions.map(({ message }) => message).join()).toMatch(/ENOTFOUND|EAI_AGAIN|not be found|resolve/i);
  // Its neighbour is delivered and kept as ever.
  const next = await repo.commit(painted('green'));
  await holdfast.untilSynced(name, next);
  const healed = await untilHealed(delivery);
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
  expect(holdfast.status(far)?.sync.status).toBe('Unknown');

  await repo.commit({ 'holdfast.yaml': environmentOf(name, [own]) });
  await waitFor('its end', () => holdfast.operator.applications().every(one => one.name !== far));
  await waitFor('no trouble', () => problemsOf(delivery) === '');
  expect(await colourOf(delivery)).toBe('green');
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
});
