import { expect, test } from 'vitest';
import { failure } from '../../errors.ts';
import { Contact } from './contact.ts';

test('since when it answers, or does not; one failure is none', () => {
  const clock = { ms: 1_000, now: () => clock.ms, monotonic: () => clock.ms };
  const contact = new Contact(clock);
  const error = failure('NET_FAILED', { origin: 'https://cluster', reason: 'refused' });
  expect(contact.state).toMatchObject({ reachable: false });
  contact.answered();
  clock.ms = 2_000;
  contact.answered();
  contact.failed(error);
  expect(contact.state).toEqual({ reachable: true, since: 1_000, reason: '' });
  contact.failed(error);
  clock.ms = 3_000;
  contact.failed(error);
  expect(contact.state).toEqual({ reachable: false, since: 2_000, reason: error.message });
  clock.ms = 4_000;
  contact.answered();
  contact.failed(error);
  expect(contact.state).toEqual({ reachable: true, since: 4_000, reason: '' });
});
