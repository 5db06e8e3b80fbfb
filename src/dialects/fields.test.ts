import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repoProblem, withoutSecrets } from './fields.ts';

test.each([
  ['https://appops:CANARY@git.example/o/r', 'https://***@git.example/o/r'],
  ['https://appops:CAN@ARY@git.example/o/r', 'https://***@git.example/o/r'],
  ['https://appops:CAN ARY@git.example/o/r', 'https://***@git.example/o/r'],
  ['https://appops:CAN?A#RY@git.example/o/r', 'https://***@git.example/o/r'],
  ['https://ghp_CANARY@git.example/o/r', 'https://***@git.example/o/r'],
  ['https://git.example/o/r?X-Amz-Signature=CANARY', 'https://git.example/o/r?***'],
  ['appops:CANARY@git.example:o/r', '***@git.example:o/r'],
  ['ftp://git.example/o/r', 'ftp://git.example/o/r'],
  ['--upload-pack=touch /tmp/x', '--upload-pack=touch /tmp/x'],
  ['https://git.example/o\u001b[2J\n/r', 'https://git.example/o [2J /r'],
])('%j is shown as %j', (url, shown) => {
  expect(repoProblem(url)).toBeDefined();
  expect(withoutSecrets(url)).toBe(shown);
});

test('what stands before the last @ is never shown', () => {
  const secret = fc.string({ unit: fc.constantFrom(...'abZ9:/?#@ %\\\n'), maxLength: 12 });
  fc.assert(
    fc.property(secret, secret, (before, after) => {
      const shown = withoutSecrets(`https://${before}CANARY${after}@git.example/r`);
      expect(shown).not.toContain('CANARY');
    }),
  );
});
