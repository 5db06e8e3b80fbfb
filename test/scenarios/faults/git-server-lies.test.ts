import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { delimiter, flush, packet } from '../../../src/git/pkt-line.ts';
import type { Fault, LoggedRequest } from '../../world/http-server.ts';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, isFetch, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(oneMap, {}, { http: true });
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

afterEach(() => {
  if (delivery.git !== undefined) delivery.git.fault = undefined;
});

type Ask = (request: LoggedRequest) => Fault | undefined;

const all =
  (fault: Fault): Ask =>
  () =>
    fault;
const fetches =
  (fault: Fault): Ask =>
  request =>
    isFetch(request) ? fault : undefined;
/** The answer to the question for refs, which Holdfast asks by itself. */
const refs =
  (fault: Fault): Ask =>
  request =>
    request.method === 'POST' && !isFetch(request) ? fault : undefined;
const answer = (status: number, headers: Record<string, string> = {}, body = ''): Fault => ({
  answer: { status, headers, body },
});

/** Flips one byte of what a pack's answer says in the first or the last of its pieces: an object, or the checksum of all. */
function inPack(piece: 'first' | 'last', offset: number): (body: Buffer) => Buffer {
  return body => {
    const pieces: Buffer[] = [];
    for (let at = 0; at + 4 <= body.length; ) {
      const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
      if (length > 5 && body[at + 4] === 1) pieces.push(body.subarray(at + 5, at + length));
      at += Math.max(4, length);
    }
    const chosen = (piece === 'first' ? pieces[0] : pieces.at(-1)) ?? Buffer.alloc(0);
    const at = offset < 0 ? chosen.length + offset : offset;
    chosen[at] = (chosen[at] ?? 0) ^ 0xff;
    return body;
  };
}

const html = { 'content-type': 'text/html' };
const result = { 'content-type': 'application/x-git-upload-pack-result' };
const nowhere = 'a'.repeat(40);

const faults: { title: string; ask: Ask; said: RegExp }[] = [
  { title: 'HTTP 401', ask: all(answer(401, { 'www-authenticate': 'Basic realm="x"' })), said: /refused .*401/ },
  { title: 'HTTP 403', ask: all(answer(403)), said: /403/ },
  { title: 'HTTP 404', ask: all(answer(404)), said: /no repository/i },
  { title: 'HTTP 429', ask: all(answer(429, { 'retry-after': '1' })), said: /429/ },
  { title: 'HTTP 500', ask: all(answer(500)), said: /500/ },
  { title: 'HTTP 503', ask: all(answer(503, {}, 'sorry')), said: /503/ },
  { title: 'a page of HTML with 200', ask: all(answer(200, html, '<html>log in</html>')), said: /text\/html/ },
  {
    title: 'redirects in a circle',
    ask: ({ path }) => answer(302, { location: path }),
    said: /302|redirect/,
  },
  { title: 'a redirect to a page', ask: all(answer(301, { location: '/login?next=x' })), said: /redirect/ },
  { title: 'connections that break', ask: all({ truncate: 1 }), said: /127\.0\.0\.1/ },
  { title: 'refs cut off', ask: refs({ truncate: 30 }), said: /127\.0\.0\.1/ },
  { title: 'refs without an end', ask: refs(answer(200, result, packet(`${nowhere} HEAD\n`))), said: /has no end/ },
  { title: 'refs that are words', ask: refs(answer(200, result, packet('hello\n') + flush)), said: /a line is no ref/ },
  {
    title: 'refs with a delimiter',
    ask: refs(answer(200, result, delimiter + flush)),
    said: /a delimiter where a line should be/,
  },
  {
    title: 'a fetch that is refused',
    ask: fetches(answer(503)),
    said: /git fetch failed.*503/,
  },
  { title: 'a pack cut off', ask: fetches({ truncate: 120 }), said: /git fetch failed/ },
  { title: 'a pack of no bytes', ask: fetches(answer(200, result)), said: /git fetch failed/ },
  { title: 'wrong bytes in a pack', ask: fetches({ spoil: inPack('first', 14) }), said: /no usable object.*inflate/ },
  {
    title: 'a wrong checksum of a pack',
    ask: fetches({ spoil: inPack('last', -1) }),
    said: /pack is corrupted \(SHA1 mismatch\)/,
  },
  { title: 'a page of HTML for a pack', ask: fetches(answer(200, html, '<html>')), said: /git fetch failed.*bad line/ },
];

test.each(faults)(
  '$title: nothing is applied of it, drift is healed, it is said since when; then it goes on',
  async ({ title, ask, said }) => {
    const { test: holdfast, repo, name, git } = delivery;
    if (git === undefined) throw new Error('it is not served over HTTP');
    await holdfast.untilSynced(name);
    await holdfast.untilSynced(name, await repo.resolve());
    expect(problemsOf(delivery)).toBe('');
    const { checkedAt } = holdfast.operator.environment();
    const before = holdfast.status(name)?.sync.revision;
    const writes = await countWrites(delivery);

    const next = await repo.commit(painted(title));
    git.log.length = 0;
    git.fault = ask;
    await holdfast.refresh();
    expect(problemsOf(delivery)).toMatch(said);
    // Since when: the last time that Git was seen.
    expect(holdfast.operator.environment().checkedAt).toBe(checkedAt);
    const heal = await untilHealed(delivery);
    expect(holdfast.status(name)?.sync).toMatchObject({ revision: before });
    await holdfast.refresh();
    // Two looks, each a few questions at most.
    expect(git.log.length).toBeLessThanOrEqual(16);
    expect(await writes()).toEqual([heal]);

    git.fault = undefined;
    await holdfast.untilSynced(name, next);
    expect(await colourOf(delivery)).toBe(title);
    await waitFor('no trouble', () => problemsOf(delivery) === '');
    expect(holdfast.operator.environment().checkedAt).toBeGreaterThan(checkedAt ?? 0);
    expect(await writes()).toEqual([heal, 'patch configmaps/a']);
  },
);

test('a commit that the server names and does not give changes nothing, and is asked for again', async () => {
  const { test: holdfast, repo, name, git } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const before = await colourOf(delivery);
  // The server's refs name a commit of which it lacks the tree.
  const good = await repo.resolve();
  const blob = await repo.git(['hash-object', '-w', '--stdin'], 'x');
  const hollow = await repo.git(
    ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'],
    `tree ${nowhere}\nparent ${good}\nauthor T <t@example.invalid> 1 +0000\ncommitter T <t@example.invalid> 1 +0000\n\nhollow ${blob}\n`,
  );
  await repo.git(['update-ref', 'refs/heads/main', hollow]);
  await holdfast.refresh();
  expect(problemsOf(delivery)).not.toBe('');
  const heal = await untilHealed(delivery);
  expect(await colourOf(delivery)).toBe(before);
  expect(holdfast.status(name)?.sync.revision).toBe(good);

  await repo.forceBranch('main', good ?? '');
  const next = await repo.commit(painted('after all'));
  await holdfast.untilSynced(name, next);
  expect(problemsOf(delivery)).toBe('');
  expect(await writes()).toEqual([heal, 'patch configmaps/a']);
});
