import { expect, test } from 'vitest';
import { asFailure, failure } from './errors.ts';

const system = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  [system('spawn git EAGAIN', 'EAGAIN'), 'PROCESS_NOT_STARTED'],
  [system('spawn ENOMEM', 'ENOMEM'), 'PROCESS_NOT_STARTED'],
  [system('spawn git EACCES', 'EACCES'), 'INTERNAL'],
  [system('read EAGAIN', 'EAGAIN'), 'INTERNAL'],
  [system('write ENOSPC', 'ENOSPC'), 'DISK_FAILED'],
  [failure('PROCESS_NOT_FOUND', { command: 'git' }), 'PROCESS_NOT_FOUND'],
  ['nothing', 'INTERNAL'],
])('what is caught has its own words: %s', (thrown, code) => {
  expect(asFailure(thrown).code).toBe(code);
});
