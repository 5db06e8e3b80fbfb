/** What one customer of a provider has: an IPv4 address, or the first 56 bits of an IPv6 one. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const [, four] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain) ?? [];
  if (four !== undefined) return four;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  const prefix = all.slice(0, 4).map(group => Number.parseInt(group, 16) || 0);
  prefix[3] = (prefix[3] ?? 0) & 0xff00;
  return `${prefix.map(group => group.toString(16)).join(':')}::/56`;
}
