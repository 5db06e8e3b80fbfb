import { expect, test } from 'vitest';
import { type ActionName, disabledReason } from './actions.ts';

const all = { sync: true, rollback: true, suspend: true, override: true, delete: true, logs: true, propose: true };
const none = {
  sync: false,
  rollback: false,
  suspend: false,
  override: false,
  delete: false,
  logs: false,
  propose: false,
};
const idle = { quarantined: false, may: all };
const suspended = { by: 'oncall', at: 0, reason: '' };

test.each<[ActionName, object, string | undefined]>([
  ['sync', {}, undefined],
  ['sync', { may: none }, 'Your role does not include sync'],
  ['propose', { may: none }, 'Your role does not include propose'],
  ['suspend', { may: none }, 'Your role does not include override'],
  ['suspend', { suspended }, 'It is suspended already'],
  ['resume', {}, 'Automation is not stopped'],
  ['resume', { suspended }, undefined],
  ['resume', { quarantined: true }, undefined],
  ['cancel', {}, 'No sync is running'],
  ['rollback', {}, 'There was no sync yet'],
  ['refresh', { may: none }, undefined],
])('%s of %j: %s', (action, facts, reason) => {
  expect(disabledReason(action, { ...idle, ...facts })).toBe(reason);
});
