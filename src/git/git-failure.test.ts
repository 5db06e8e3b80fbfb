import { expect, test } from 'vitest';
import { gitFailure } from './git-failure.ts';

const failed = (stderr: string, secrets: string[] = []) =>
  gitFailure({ command: 'fetch', url: 'https://h/x', code: 128, signal: undefined, stderr }, secrets);

test.each([
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'GIT_HOST_UNKNOWN'],
  ['git@h: Permission denied (publickey).', 'GIT_AUTH_FAILED'],
  ["fatal: Authentication failed for 'https://h/x/'", 'GIT_AUTH_FAILED'],
  ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'GIT_AUTH_FAILED'],
  ['error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403', 'GIT_AUTH_FAILED'],
  ["fatal: couldn't find remote ref refs/heads/gone", 'GIT_REVISION_NOT_FOUND'],
  ['fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111', 'GIT_REVISION_NOT_FOUND'],
  ["fatal: '/x' does not appear to be a git repository", 'GIT_REPOSITORY_NOT_FOUND'],
  ["fatal: repository 'https://h/x/' not found", 'GIT_REPOSITORY_NOT_FOUND'],
  ['error: object file objects/aa/bb is empty', 'GIT_OBJECT_INVALID'],
  ['fatal: not a git repository: /x', 'GIT_OBJECT_INVALID'],
  ['fatal: the remote end hung up unexpectedly', 'GIT_FAILED'],
  ['', 'GIT_FAILED'],
])('%j is %s', (stderr, code) => {
  expect(failed(stderr)).toMatchObject({ code });
});

test('what a server says is shown short, on one line, without secrets', () => {
  const { message } = failed('remote: \x1b[31mno\r\nremote: CANARY\nfatal: https://u:TOKEN@h/x?k=VALUE', ['CANARY']);
  expect(message).not.toMatch(/CANARY|TOKEN|VALUE|\p{Cc}/u);
  expect(message).toContain('no; remote: ***; fatal: https://***@h/x?k=***');
});

test('much of it takes no time, and shows no half of a secret', () => {
  const began = performance.now();
  for (const text of ['a.', 'repository ', '?a', 'https://u:SECRET']) {
    expect(failed(text.repeat(100_000)).message).not.toContain('SECRET');
    expect(failed(`${`${text.repeat(40)}\n`.repeat(5_000)}end`).message.length).toBeLessThan(500);
  }
  expect(performance.now() - began).toBeLessThan(2_000);
});
