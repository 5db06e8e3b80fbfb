import { expect, test } from 'vitest';
import { homeOf, placeOf, safeReturn } from './place.ts';

const tls = {};
const publicURL = 'https://holdfast.example';

test.each([
  // Host, how it listens, the origin, whether one may sign in, whether there are passkeys.
  ['localhost:8080', { host: '127.0.0.1' }, 'http://localhost:8080', true, true],
  ['LOCALHOST:8080', { host: '127.0.0.1' }, 'http://localhost:8080', true, true],
  ['127.0.0.1:8080', { host: '127.0.0.1' }, 'http://127.0.0.1:8080', true, false],
  ['[::1]:8080', { host: '::1' }, 'http://[::1]:8080', true, false],
  ['localhost:443', { host: '127.0.0.1', tls }, 'https://localhost', true, true],
  ['holdfast.example', { host: '0.0.0.0', publicURL }, 'https://holdfast.example', true, true],
  ['holdfast.example', { host: '127.0.0.1', publicURL }, 'https://holdfast.example', true, true],
  ['holdfast.example', { host: '0.0.0.0' }, 'http://holdfast.example', false, false],
  ['10.0.0.7:8080', { host: '0.0.0.0', publicURL }, 'http://10.0.0.7:8080', false, false],
  ['10.0.0.7:8080', { host: '0.0.0.0', tls }, 'https://10.0.0.7:8080', true, false],
  ['', { host: '0.0.0.0' }, '', false, false],
  ['a b', { host: '0.0.0.0' }, '', false, false],
] as const)('%s, listening as %j', (host, listening, origin, maySignIn, passkeys) => {
  const place = placeOf(host, listening);
  expect([place?.origin, place?.maySignIn, place?.party !== undefined]).toEqual([origin, maySignIn, passkeys]);
});

test.each(['evil.example', 'localhost.evil.example', '192.168.1.10', 'intranet', '', '127.0.0.1.evil.example:80'])(
  '%s is not ours while we listen on loopback',
  host => expect(placeOf(host, { host: '127.0.0.1', publicURL })).toBeUndefined(),
);

test.each([
  ['/applications/web?tab=tree#x', '/applications/web?tab=tree#x'],
  ['/a/../b', '/b'],
  [undefined, '/'],
  ['//evil.example', '/'],
  ['/..//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['/%2e%2e//evil.example', '/'],
  [`/${'x'.repeat(2_048)}`, '/'],
])('after signing in, %s leads to %s', (given, path) => {
  expect(safeReturn(given, 'http://localhost:8080')).toBe(path);
});

test.each([
  [undefined, 'http://127.0.0.1:8080', 'http://localhost:8080'],
  [undefined, 'https://[::]:8080', 'https://localhost:8080'],
  [undefined, 'http://0.0.0.0:80', 'http://localhost'],
  ['https://holdfast.example/', 'http://0.0.0.0:80', 'https://holdfast.example'],
])('links of %s at %s begin with %s', (given, url, home) => {
  expect(homeOf(given, url)).toBe(home);
});
