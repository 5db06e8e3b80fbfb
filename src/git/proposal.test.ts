import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importText, type Proposal, proposalBranch, proposalPrefix } from './proposal.ts';
import { linkIn } from './push.ts';
import { isRefName } from './revision.ts';

const proposal: Proposal = {
  branch: 'holdfast/accept-shop-12345678',
  base: 'b'.repeat(40),
  from: 'main',
  author: 'Shop team <appdev@example.com>',
  at: 1_700_000_000_000,
  subject: 'Accept what is live',
  body: 'Made by hand where it runs, and kept:',
  files: [{ path: 'a.yaml', before: 'a: 1\n', after: 'a: ö\n' }],
};

test('a commit as git takes it: lengths are of bytes', () => {
  expect(importText(proposal)).toBe(
    [
      'commit refs/heads/proposal',
      'mark :1',
      'author Shop team <appdev@example.com> 1700000000 +0000',
      'committer Holdfast <holdfast@holdfast.invalid> 1700000000 +0000',
      'data 59',
      'Accept what is live',
      '',
      'Made by hand where it runs, and kept:',
      '',
      `from ${proposal.base}`,
      'M 100644 inline a.yaml',
      'data 6',
      'a: ö',
      '',
      '',
      'get-mark :1',
      'done',
      '',
    ].join('\n'),
  );
});

test('what is gone, what may be run, and names that are more than letters', () => {
  const files = [
    { path: 'gone', before: 'x', after: undefined },
    { path: 'bin/ä\n', before: 'x', after: 'y', executable: true },
  ];
  const text = importText({ ...proposal, files });
  expect(text).toContain('\nD gone\n');
  expect(text).toContain('\nM 100755 inline "bin/\\303\\244\\012"\ndata 1\ny\n');
});

test('an author is one line, whatever the name', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(hostile, hostile, (author, subject) => {
      const [, , who = '', committer, , title = ''] = importText({ ...proposal, author, subject }).split('\n');
      expect(who).toMatch(/^author [^<>\0]+ <[^<>\s]+> 1700000000 \+0000$/);
      expect(committer).toMatch(/^committer Holdfast /);
      expect(title).not.toMatch(/[\0\r]/);
    }),
  );
});

test('a branch of its own, whatever the application is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      const branch = proposalBranch(name, '0123456789abcdef');
      expect(branch.startsWith(proposalPrefix)).toBe(true);
      expect(isRefName(`refs/heads/${branch}`)).toBe(true);
      expect(branch).toMatch(/-01234567$/);
    }),
  );
});

test.each([
  [
    'remote: \nremote:   https://git.example/o/r/compare/main...x\nremote: \n',
    'https://git.example/o/r/compare/main...x',
  ],
  ['remote: Visit https://git.example/o/r\n', undefined],
  ['remote: https://elsewhere.example/o/r\n', undefined],
  ['remote: https://appdev@git.example/o/r\n', undefined],
  ['https://git.example/o/r\n', undefined],
])('%j', (said, link) => {
  expect(linkIn(said, 'https://git.example/o/r.git')).toBe(link);
});

test('the address of the page is on the host that was pushed to, over ssh, too', () => {
  const said = 'remote:   https://git.example/o/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=x\n';
  expect(linkIn(said, 'git@git.example:o/r.git')).toMatch(/^https:/);
  expect(linkIn(said, 'ssh://git@git.example:22/o/r.git')).toMatch(/^https:/);
});
