import { expect, test } from 'vitest';
import { parseCommit } from './commit-object.ts';

const head = [
  `tree ${'a'.repeat(40)}`,
  'author Appdev <appdev@example.com> 1700000000 +0100',
  'committer Forge <noreply@forge.example> 1700000060 +0000',
].join('\n');

const parse = (message: string) => parseCommit('b'.repeat(40), Buffer.from(`${head}\n\n${message}`));

test('who wrote it, who committed it, and when', () => {
  expect(parse('Bigger shop\n')).toMatchObject({
    author: 'Appdev',
    email: 'appdev@example.com',
    committer: 'Forge <noreply@forge.example>',
    at: 1_700_000_060_000,
    subject: 'Bigger shop',
    reviewers: [],
  });
});

test.each([
  [
    'reviewers and further authors',
    'A\n\nWhy.\n\nReviewed-by: Backdev <b@x>\nApproved-by: Cem <c@x>\nCo-authored-by: Dia <d@x>\n',
    ['Backdev <b@x>', 'Cem <c@x>'],
    ['Dia <d@x>'],
  ],
  ['any spelling, each once', 'A\n\nreviewed-By:Backdev\nReviewed-by: Backdev\n', ['Backdev'], []],
  ['not in the text before', 'A\n\nReviewed-by: Backdev said nothing\n\nSigned-off-by: Appdev\n', [], []],
  ['not in the subject', 'Reviewed-by: Backdev\n', [], []],
])('trailers: %s', (_, message, reviewers, coAuthors) => {
  expect(parse(message)).toMatchObject({ reviewers, coAuthors });
});
