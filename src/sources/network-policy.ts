export interface NetworkRules {
  loopback: boolean;
  /** Addresses of private networks: 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7. */
  private: boolean;
}

type Kind = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata' | 'no host';

/** Of clouds, outside the link-local range: who reads them has the machine's credentials. */
const metadata = ['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254'].map(address => parse(address)?.join('.'));

/**
 * Why connections to an address are refused; undefined when they are allowed. Asked about the address itself, after the name
 * was looked up and on every redirect. Link-local addresses, and with them the metadata services of clouds, are always refused.
 */
export function networkRules(allowed: NetworkRules): (address: string) => string | undefined {
  return address => {
    const kind = addressKind(address);
    if (kind === 'public' || (kind === 'loopback' && allowed.loopback) || (kind === 'private' && allowed.private))
      return undefined;
    return `${address} is ${kind === 'no host' ? 'the address of no host' : `a ${kind} address`}`;
  };
}

/** The default: Git servers and registries of small teams are in private networks, or on the same machine. */
export const networkPolicy = networkRules({ loopback: true, private: true });

export function addressKind(address: string): Kind {
  const bytes = parse(address);
  if (bytes === undefined) return 'no host';
  if (metadata.includes(bytes.join('.'))) return 'metadata';
  return bytes.length === 4 ? kindOfFour(bytes) : kindOfSix(bytes);
}

function kindOfFour([a = 0, b = 0, c = 0]: readonly number[]): Kind {
  if (a === 127) return 'loopback';
  // 0.0.0.0 reaches the machine itself.
  if (a === 0) return 'loopback';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128))
    return 'private';
  if (a >= 224 || (a === 192 && b === 0 && c === 0)) return 'no host';
  return 'public';
}

function kindOfSix(bytes: readonly number[]): Kind {
  const [a = 0, b = 0] = bytes;
  const begins = (prefix: readonly number[]) => prefix.every((byte, i) => bytes[i] === byte);
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  if (begins(zeros(15))) return 'loopback'; // :: and ::1, and fifteen that nobody has.
  // ::ffff:a.b.c.d and 64:ff9b::a.b.c.d lead to the IPv4 address in them, as ::a.b.c.d did once.
  if (begins([...zeros(10), 255, 255]) || begins([0, 0x64, 0xff, 0x9b, ...zeros(8)]) || begins(zeros(12))) {
    return kindOfFour(bytes.slice(12));
  }
  if (a === 0x20 && b === 0x02) return kindOfFour(bytes.slice(2, 6)); // 6to4
  if (a === 0xfe && (b & 0xc0) === 0x80) return 'link-local';
  if ((a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0xc0)) return 'private';
  if (a === 0xff) return 'no host';
  return 'public';
}

/** 4 or 16 bytes; undefined for what is no address as lookups give it. */
function parse(address: string): number[] | undefined {
  const plain = address.replace(/%.*$/, '');
  if (!plain.includes(':')) return parseFour(plain);
  const four = /(?<=:)\d+\.\d+\.\d+\.\d+$/.exec(plain)?.[0];
  const tail = four === undefined ? [] : parseFour(four);
  if (tail === undefined) return undefined;
  const halves = (four === undefined ? plain : plain.slice(0, -four.length).replace(/([^:]):$/, '$1')).split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map(parseGroups);
  const end = [...rest, ...tail];
  const gap = 16 - head.length - end.length;
  if (halves.length === 1 ? gap !== 0 : gap < 0) return undefined;
  return [...head, ...Array.from({ length: gap }, () => 0), ...end];
}

function parseGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap(group => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function parseFour(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}
