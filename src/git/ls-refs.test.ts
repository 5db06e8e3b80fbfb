import { expect, test } from 'vitest';
import { lsRefsRequest, readAdvertisement, readLsRefs } from './ls-refs.ts';
import { delimiter, flush, packet } from './pkt-line.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const list = (text: string, prefixes = ['refs/heads/', 'HEAD']) => readLsRefs(once(text), prefixes, 10_000);
const told = (text: string) => readAdvertisement(once(text), 10_000);

test('a question names each prefix once', () => {
  expect(lsRefsRequest(['HEAD', 'refs/heads/main', 'HEAD'])).toBe(
    `0014command=ls-refs\n0016object-format=sha1${delimiter}0014ref-prefix HEAD\n001fref-prefix refs/heads/main\n0000`,
  );
});

test('refs, and no more than were asked for', async () => {
  const text =
    packet(`${a} HEAD symref-target:refs/heads/main\n`) +
    packet(`${a} refs/heads/main\n`) +
    packet(`${b} refs/tags/v1 peeled:${a}\n`) +
    flush;
  expect([...(await list(text))]).toEqual([
    ['HEAD', { id: a }],
    ['refs/heads/main', { id: a }],
  ]);
  expect([...(await list(text, ['refs/tags/']))]).toEqual([['refs/tags/v1', { id: b }]]);
});

test('an answer that ends at any other offset is refused', async () => {
  const text = packet(`${a} refs/heads/main\n`) + packet(`${b} refs/heads/x\n`) + flush;
  for (let end = 0; end < text.length; end++) await expect(list(text.slice(0, end))).rejects.toThrow();
});

test.each([
  ['an error', packet('ERR no\n') + flush, 'it says: no'],
  ['words', packet('hello\n') + flush, 'no ref'],
  ['a delimiter', delimiter + flush, 'delimiter'],
  ['more after the end', flush + packet(`${a} HEAD\n`), 'after its end'],
])('%s', async (_, text, message) => {
  await expect(list(text)).rejects.toThrow(message);
});

test.each(['refs/heads/../x', 'refs/heads/-x', 'config', 'refs/heads/a:b', 'refs/heads/x^{}', 'refs/heads/x.lock'])(
  'the name %s is not taken up',
  async name => {
    expect((await list(packet(`${a} ${name}\n`) + flush, ['refs/', 'config'])).size).toBe(0);
  },
);

const service = packet('# service=git-upload-pack\n') + flush;

test.each([
  ['2', packet('version 2\n') + packet('agent=x\n') + packet('ls-refs=unborn\n') + packet('fetch\n') + flush],
  ['2, with a service line', `${service + packet('version 2\n') + packet('ls-refs\n')}${flush}`],
])('version %s', async (_, text) => {
  expect(await told(text)).toEqual({ modern: true });
});

test.each([
  ['0', service],
  ['1', service + packet('version 1\n')],
])('version %s tells its refs', async (_, start) => {
  const text = `${start}${packet(`${a} HEAD\0multi_ack symref=HEAD:refs/heads/main\n`)}${packet(`${b} refs/tags/v1\n`)}${packet(`${a} refs/tags/v1^{}\n`)}${flush}`;
  const answer = await told(text);
  expect(answer.modern ? [] : [...answer.refs]).toEqual([
    ['HEAD', { id: a }],
    ['refs/tags/v1', { id: b }],
  ]);
});

test('an empty repository of version 0 has no refs', async () => {
  const text = `${service}${packet(`${'0'.repeat(40)} capabilities^{}\0agent=x\n`)}${flush}`;
  expect(await told(text)).toEqual({ modern: false, refs: new Map() });
});

test.each([
  ['nothing', ''],
  ['only a service line', service],
  ['no end', packet('version 2\n') + packet('ls-refs\n')],
  ['no ls-refs', packet('version 2\n') + packet('fetch\n') + flush],
  ['sha256', packet('version 2\n') + packet('ls-refs\n') + packet('object-format=sha256\n') + flush],
])('%s is refused', async (_, text) => {
  await expect(told(text)).rejects.toThrow();
});
