import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressKind, networkPolicy, networkRules } from './network-policy.ts';

test.each([
  ['8.8.8.8', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.9.9.9', 'loopback'],
  ['0.0.0.0', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['100.100.100.200', 'metadata'],
  ['224.0.0.1', 'no host'],
  ['255.255.255.255', 'no host'],
  ['::', 'loopback'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['febf::1', 'link-local'],
  ['fd00:ec2::254', 'metadata'],
  ['fd00::1', 'private'],
  ['2001:db8::1', 'public'],
  ['::ffff:169.254.169.254', 'link-local'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::169.254.169.254', 'link-local'],
  ['64:ff9b::a9fe:a9fe', 'link-local'],
  ['2002:a9fe:a9fe::1', 'link-local'],
  ['ff02::1', 'no host'],
  ['localhost', 'no host'],
  ['0x7f.1', 'no host'],
  ['1.2.3', 'no host'],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test('link-local and metadata addresses are refused whatever is allowed', () => {
  for (const address of ['169.254.169.254', 'fe80::1', '100.100.100.200', '::ffff:169.254.169.254']) {
    expect(networkPolicy(address)).toContain(address);
  }
  for (const address of ['127.0.0.1', '10.0.0.1', '::1', '1.1.1.1']) expect(networkPolicy(address)).toBeUndefined();
});

test('loopback and private networks can be refused', () => {
  const strict = networkRules({ loopback: false, private: false });
  for (const address of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '::ffff:10.0.0.1'])
    expect(strict(address)).toBeDefined();
  expect(strict('1.1.1.1')).toBeUndefined();
});

test('every IPv4 address is of the same kind when it is mapped into IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      const kind = addressKind(address);
      if (kind !== 'metadata') expect(addressKind(`::ffff:${address}`)).toBe(kind);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), address => {
      addressKind(address);
    }),
  );
});
