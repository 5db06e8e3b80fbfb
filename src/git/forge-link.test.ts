import { expect, test } from 'vitest';
import { forgeLink, proposalLink } from './forge-link.ts';

test.each([
  ['https://github.com/org/fleet.git', 'https://github.com/org/fleet/blob/abc/prod/holdfast.yaml#L7'],
  ['git@github.com:org/fleet.git', 'https://github.com/org/fleet/blob/abc/prod/holdfast.yaml#L7'],
  [
    'https://appdev:secret@gitlab.example.com/a/b/c',
    'https://gitlab.example.com/a/b/c/-/blob/abc/prod/holdfast.yaml#L7',
  ],
  ['ssh://git@gitlab.example.com:2222/a/b.git', 'https://gitlab.example.com/a/b/-/blob/abc/prod/holdfast.yaml#L7'],
  ['https://bitbucket.org/org/fleet', 'https://bitbucket.org/org/fleet/src/abc/prod/holdfast.yaml#lines-7'],
  ['https://codeberg.org/org/fleet/', 'https://codeberg.org/org/fleet/src/commit/abc/prod/holdfast.yaml#L7'],
  ['https://git.example.com/org/fleet', undefined],
  ['file:///srv/fleet.git', undefined],
  ['/srv/fleet.git', undefined],
  ['oci://github.com/org/chart', undefined],
])('%s', (repoURL, link) => {
  expect(forgeLink(repoURL, 'abc', 'prod/holdfast.yaml', 7)).toBe(link);
});

test('names are parts of the address and nothing else', () => {
  const link = forgeLink('https://github.com/o/r', 'a/b', 'a b/#x?.yaml');
  expect(link).toBe('https://github.com/o/r/blob/a%2Fb/a%20b/%23x%3F.yaml');
});

const branch = 'holdfast/accept-shop-12345678';

test.each([
  ['https://github.com/org/fleet.git', 'main', `https://github.com/org/fleet/compare/main...${branch}?expand=1`],
  ['git@github.com:org/fleet.git', undefined, `https://github.com/org/fleet/compare/${branch}?expand=1`],
  [
    'https://gitlab.example.com/a/b/c',
    'env/prod',
    `https://gitlab.example.com/a/b/c/-/merge_requests/new?merge_request%5Bsource_branch%5D=${encodeURIComponent(branch)}&merge_request%5Btarget_branch%5D=env%2Fprod`,
  ],
  [
    'https://bitbucket.org/org/fleet',
    'main',
    `https://bitbucket.org/org/fleet/pull-requests/new?source=${encodeURIComponent(branch)}&dest=main`,
  ],
  ['https://codeberg.org/org/fleet', 'a#b', `https://codeberg.org/org/fleet/compare/a%23b...${branch}`],
  ['https://git.example.com/org/fleet', 'main', undefined],
])('a pull request in %s into %s', (repoURL, into, link) => {
  expect(proposalLink(repoURL, branch, into)).toBe(link);
});
