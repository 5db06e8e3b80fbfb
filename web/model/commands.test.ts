import { expect, test, vi } from 'vitest';
import { Commands, keyOf } from './commands.ts';

const press = (key: string, held: Partial<Record<'metaKey' | 'ctrlKey' | 'altKey', boolean>> = {}) =>
  keyOf({ key, metaKey: false, ctrlKey: false, altKey: false, ...held });

test.each([
  [press('j'), 'j'],
  [press('?'), '?'],
  [press('Enter'), 'enter'],
  [press('K', { metaKey: true }), 'mod+k'],
  [press('k', { ctrlKey: true }), 'mod+k'],
  [press('@', { altKey: true }), undefined],
])('%s is the key %s', (is, wanted) => {
  expect(is).toBe(wanted);
});

test('what was added last answers first, until it is taken away', () => {
  const commands = new Commands();
  const page = { id: 'page', label: 'Sync', keys: 's', run: vi.fn() };
  const dialog = { id: 'dialog', label: 'Send', keys: 's', run: vi.fn() };
  commands.add('Page', [page]);
  const remove = commands.add('Dialog', [dialog]);
  expect(commands.byKey('s')).toBe(dialog);
  remove();
  expect(commands.byKey('s')).toBe(page);
});

test('one of several keys is enough, and what is disabled does nothing', () => {
  const commands = new Commands();
  commands.add('Page', [
    { id: 'next', label: 'Next', keys: 'j arrowdown', run: vi.fn() },
    { id: 'sync', label: 'Sync', keys: 's', run: vi.fn(), disabledReason: 'It is suspended' },
  ]);
  expect(commands.byKey('arrowdown')?.id).toBe('next');
  expect(commands.byKey('s')).toBeUndefined();
});

test('who looks on is told, and gets the same list while nothing changes', () => {
  const commands = new Commands();
  const told = vi.fn();
  const stop = commands.subscribe(told);
  commands.add('Page', []);
  expect(commands.groups()).toBe(commands.groups());
  stop();
  commands.add('Page', []);
  expect(told).toHaveBeenCalledTimes(1);
});
