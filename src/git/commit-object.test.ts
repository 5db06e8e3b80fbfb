import { expect, test } from 'vitest';
import { parseCommit } from './commit-object.ts';

const head = [
  `tree ${'a'.repeat(40)}`,
  'author Ana <ana@example.com> 1700000000 +0100',
  'committer Forge <noreply@forge.example> 1700000060 +0000',
].join('\n');

const parse = (message: string) => parseCommit('b'.repeat(40), Buffer.from(`${head}\n\n${message}`));

test('who wrote it, who committed it, and when', () => {
  expect(parse('Bigger shop\n')).toMatchObject({
    author: 'Ana',
    email: 'ana@example.com',
    committer: 'Forge <noreply@forge.example>',
    at: 1_700_000_060_000,
    subject: 'Bigger shop',
    reviewers: [],
  });
});

test.each([
  [
    'reviewers and further authors',
    'A\n\nWhy.\n\nReviewed-by: Ben <b@x>\nApproved-by: Cem <c@x>\nCo-authored-by: Dia <d@x>\n',
    ['Ben <b@x>', 'Cem <c@x>'],
    ['Dia <d@x>'],
  ],
  ['any spelling, each once', 'A\n\nreviewed-By:Ben\nReviewed-by: Ben\n', ['Ben'], []],
  ['not in the text before', 'A\n\nReviewed-by: Ben said nothing\n\nSigned-off-by: Ana\n', [], []],
  ['not in the subject', 'Reviewed-by: Ben\n', [], []],
])('trailers: %s', (_, message, reviewers, coAuthors) => {
  expect(parse(message)).toMatchObject({ reviewers, coAuthors });
});
