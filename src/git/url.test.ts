import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSecrets, parseRepositoryUrl } from './url.ts';

test.each([
  ['https://h/x.git', 'http', 'https://h/x.git', 'h'],
  ['https://H:443/x/', 'http', 'https://h/x', 'h'],
  ['http://user:secret@127.0.0.1:8080/a/b', 'http', 'http://127.0.0.1:8080/a/b', '127.0.0.1'],
  ['https://[::1]:8443/x', 'http', 'https://[::1]:8443/x', '::1'],
  ['ssh://git@h:22/team/x.git', 'ssh', 'ssh://git@h/team/x.git', 'h'],
  ['ssh://git@h:2222/team/x.git', 'ssh', 'ssh://git@h:2222/team/x.git', 'h'],
  ['git@github.com:team/x.git', 'ssh', 'git@github.com:team/x.git', 'github.com'],
  ['file:///srv/x.git', 'file', 'file:///srv/x.git', ''],
  ['/srv/x.git/', 'file', 'file:///srv/x.git', ''],
] as const)('%s is %s', (text, transport, href, host) => {
  expect(parseRepositoryUrl(text, { allowFile: true })).toMatchObject({ transport, href, host });
});

describe('hostile addresses are refused before anything is done with them', () => {
  test.each([
    '--upload-pack=touch pwn file',
    '--upload-pack=x',
    '-oProxyCommand=x',
    'ext::sh -c touch% pwn',
    'ext::x',
    'fd::17',
    'transport::https://h/x',
    'ssh://-oProxyCommand=x/',
    'ssh://-oProxyCommand=x/y',
    'ssh://-x@h/y',
    'ssh://a%20b@h/y',
    'ssh://user:password@h/y',
    '-x@h:y',
    'git@-h:y',
    'git@h:-oProxyCommand=x',
    'git@h:--upload-pack=x',
    'https://h/x\n--y',
    'https://h/x\0',
    'https://h/%0ax',
    'https://h/%00',
    'https://a%0ab@h/x',
    'https://h/x?sig=abc',
    'https://h/x#f',
    'https://h\\@evil/x',
    'https://a b/x',
    'ftp://h/x',
    'git://h/x',
    'gopher://h/x',
    'unix:/x',
    'host:x',
    'https:/x',
    'unix:///x',
    'file:///x',
    '/etc',
    'file://host/x',
    '../x',
    'x',
    '',
  ])('%j', text => {
    expect(() => parseRepositoryUrl(text)).toThrow(expect.objectContaining({ code: 'GIT_URL_INVALID' }));
  });

  test.each(['file://host/x', '/a/../../b'])('%s, local allowed', text => {
    expect(() => parseRepositoryUrl(text, { allowFile: true })).toThrow();
  });

  test('whatever it is, it parses or is refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'https://', 'ssh://git@', 'git@h:', 'file:///', '/'),
        fc.string(),
        (start, rest) => {
          const text = start + rest;
          try {
            const url = parseRepositoryUrl(text, { allowFile: true });
            expect(url.href).not.toMatch(/^-|[\p{Cc}\s]/u);
          } catch (error) {
            expect(error).toMatchObject({ code: 'GIT_URL_INVALID' });
          }
        },
      ),
    );
  });
});

test('addresses are bounded', () => {
  expect(() => parseRepositoryUrl(`https://h/${'a'.repeat(3000)}`)).toThrow(/longer than/);
});

test('users and passwords leave the address', () => {
  const url = parseRepositoryUrl('https://me:p%40ss@h/x');
  expect(url).toMatchObject({ username: 'me', password: 'p@ss' });
  expect(`${url.href} ${url.display}`).not.toMatch(/me|p@ss|p%40ss/);
});

test('the key tells repositories apart, not spellings nor passwords', () => {
  const key = (text: string) => parseRepositoryUrl(text, { allowFile: true }).key;
  expect(key('https://H/x/')).toBe(key('https://h:443/x'));
  expect(key('https://u:a@h/x')).toBe(key('https://u:b@h/x'));
  expect(key('/srv/x')).toBe(key('file:///srv/x'));
  expect(key('https://h/x')).not.toBe(key('https://h/y'));
  expect(key('https://h/x')).not.toBe(key('http://h/x'));
  expect(key('https://u@h/x')).not.toBe(key('https://h/x'));
});

test.each([
  ['https://user:CANARY@h/x', 'https://***@h/x'],
  ['https://CANARY@h/x', 'https://***@h/x'],
  ['https://CANARY:x-oauth-basic@h/x', 'https://***@h/x'],
  ['oci://u:CANARY@h/x', 'oci://***@h/x'],
  ["unable to access 'https://u:CANARY@h/x/': no", "unable to access 'https://***@h/x/': no"],
  ['https://h/x?sig=CANARY&b=CANARY', 'https://h/x?sig=***&b=***'],
  ['ssh://git:CANARY@h/x', 'ssh://git:***@h/x'],
  ['ssh://git@h/x', 'ssh://git@h/x'],
  ['https://u:p@CANARY@h/x', 'https://***@h/x'],
])('%s is shown as %s', (text, shown) => {
  expect(maskSecrets(text)).toBe(shown);
});

test('secrets that are known are masked wherever they stand', () => {
  expect(maskSecrets('the server said CANARY', ['CANARY', undefined, ''])).toBe('the server said ***');
});

test('errors do not show what was wrong with secrets', () => {
  expect(() => parseRepositoryUrl('https://u:CANARY@h/x?sig=CANARY')).toThrow(/^((?!CANARY).)*$/);
});
