import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realEnv } from '../../../src/env/real.ts';
import { networkRules } from '../../../src/sources/network-policy.ts';
import { createRemote, type RemoteOptions } from '../../../src/sources/remote.ts';
import { packageChart, simpleChart, tar } from '../../world/chart.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { type HelmRepository, startHelmRepository } from '../../world/helm-repository.ts';
import { type OciRegistry, registryUser, startOciRegistry } from '../../world/oci-registry.ts';
import { expectNowhere, failureOf } from '../git/secrets.ts';
import { never } from '../git/setup.ts';

const chart = (name: string, version: string) => packageChart(simpleChart(name, version));
let cache: TemporaryDirectory;

beforeAll(async () => {
  cache = await temporaryDirectory('charts');
});
afterAll(() => cache.remove());

async function remoteWith(options: Partial<RemoteOptions> = {}) {
  const directory = await temporaryDirectory('charts');
  const remote = createRemote({
    env: realEnv(),
    repositories: { open: () => expect.fail('no repository is asked for') },
    cacheDirectory: join(directory.path, 'cache'),
    credentialsFor: () => undefined,
    ...options,
  });
  return {
    remote,
    cacheDirectory: join(directory.path, 'cache'),
    async [Symbol.asyncDispose]() {
      await remote.close();
      await directory.remove();
    },
  };
}

describe('a Helm repository', () => {
  test('gives exact versions and the newest in a range, and is asked once', async () => {
    const charts = ['1.0.0', '1.2.0', '2.0.0-rc.1', '1.10.0'].map(version => chart('web', version));
    await using repository = await startHelmRepository(charts);
    await using setup = await remoteWith();
    const find = (version: string) => setup.remote.chart({ repoURL: repository.url, name: 'web', version }, never);
    const found = await Promise.all(['1.0.0', '^1', '', '>=2.0.0-0', '~1.2', 'v1.2.0'].map(find));
    expect(found.map(({ version }) => version)).toEqual(['1.0.0', '1.10.0', '1.10.0', '2.0.0-rc.1', '1.2.0', '1.2.0']);
    expect(found[0]?.digest).toBe(`sha256:${charts[0]?.digest}`);
    const text = Buffer.from((await found[0]?.tree.read('Chart.yaml', 1000)) ?? '').toString();
    expect(JSON.parse(text)).toMatchObject({ name: 'web', version: '1.0.0' });
    repository.log.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => find('^1')));
    expect(repository.log).toEqual([]);
    await expect(find('^9')).rejects.toMatchObject({ code: 'CHART_NOT_FOUND', fault: 'user' });
    const other = setup.remote.chart({ repoURL: repository.url, name: 'none', version: '' }, never);
    await expect(other).rejects.toMatchObject({ code: 'CHART_NOT_FOUND' });
  });

  test('credentials go to it alone', async () => {
    const credentials = { username: 'reader', password: 'CANARY' };
    await using elsewhere = await startHelmRepository([chart('web', '1.0.0')]);
    await using repository = await startHelmRepository([chart('web', '1.0.0')], { credentials });
    const index = JSON.stringify({
      entries: { web: [{ version: '1.0.0', urls: [`${elsewhere.url}/web-1.0.0.tgz`] }] },
    });
    await using setup = await remoteWith({ credentialsFor: () => credentials });
    repository.fault = ({ path, headers }) =>
      path === '/index.yaml' && headers.authorization ? { answer: { status: 200, body: index } } : undefined;
    await setup.remote.chart({ repoURL: repository.url, name: 'web', version: '1.0.0' }, never);
    expect(elsewhere.log).toHaveLength(1);
    expect(elsewhere.log[0]?.headers.authorization).toBeUndefined();
    repository.fault = undefined;
    await using without = await remoteWith();
    const error = await failureOf(without.remote.chart({ repoURL: repository.url, name: 'web', version: '' }, never));
    expect(error).toMatchObject({ code: 'REGISTRY_AUTH_FAILED' });
    const inUrl = repository.url.replace('http://', 'http://reader:CANARY-wrong@');
    const wrong = await failureOf(without.remote.chart({ repoURL: inUrl, name: 'web', version: '' }, never));
    expect(wrong).toMatchObject({ code: 'REGISTRY_AUTH_FAILED' });
    expectNowhere('CANARY', { logged: [], dataDirectory: without.cacheDirectory }, wrong);
  });

  test('an archive of another digest is refused, and a tampered cache is a miss', async () => {
    const right = chart('web', '1.0.0');
    await using repository = await startHelmRepository([right]);
    await using setup = await remoteWith();
    const reference = { repoURL: repository.url, name: 'web', version: '1.0.0' };
    repository.fault = ({ path }) =>
      path.endsWith('.tgz') ? { answer: { status: 200, body: chart('web', '6.6.6').archive } } : undefined;
    await expect(setup.remote.chart(reference, never)).rejects.toMatchObject({ code: 'CHART_DIGEST_MISMATCH' });
    repository.fault = undefined;
    const { digest } = await setup.remote.chart(reference, never);
    const kept = (await readdir(setup.cacheDirectory)).find(name => name.endsWith('.tgz')) ?? '';
    await writeFile(join(setup.cacheDirectory, kept), chart('web', '6.6.6').archive);
    expect((await setup.remote.chart(reference, never)).digest).toBe(digest);
    expect(digest).toBe(`sha256:${right.digest}`);
  });

  test('a locked chart needs no repository any more; another archive in its place is refused', async () => {
    await using repository = await startHelmRepository([chart('web', '1.0.0')]);
    await using setup = await remoteWith();
    const reference = { repoURL: repository.url, name: 'web', version: '1.0.0' };
    const { digest } = await setup.remote.chart(reference, never);
    repository.fault = () => ({ answer: { status: 500 } });
    expect((await setup.remote.chart({ ...reference, digest }, never)).digest).toBe(digest);
    repository.fault = undefined;
    const other = `sha256:${'0'.repeat(64)}`;
    const refused = setup.remote.chart({ ...reference, digest: other }, never);
    await expect(refused).rejects.toMatchObject({ code: 'CHART_DIGEST_MISMATCH' });
  });

  test('with the repository out of reach, its last index goes on', async () => {
    await using repository = await startHelmRepository([chart('web', '1.0.0')]);
    await using setup = await remoteWith();
    const reference = { repoURL: repository.url, name: 'web', version: '^1' };
    await setup.remote.chart(reference, never);
    repository.fault = () => ({ answer: { status: 503 } });
    const again = createRemote({
      env: realEnv(),
      repositories: { open: () => expect.fail() },
      cacheDirectory: setup.cacheDirectory,
      credentialsFor: () => undefined,
    });
    expect((await again.chart(reference, never)).version).toBe('1.0.0');
    await again.close();
  });
});

describe('hostile repositories', () => {
  const endless = (write: (send: (text: string) => void) => () => void): Promise<Server> =>
    new Promise(resolve => {
      const server = createServer(socket => {
        socket.on('error', () => {});
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const stop = write(text => void socket.write(`${text.length.toString(16)}\r\n${text}\r\n`));
        socket.on('close', stop);
      }).listen(0, '127.0.0.1', () => resolve(server));
    });
  const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as { port: number }).port}`;

  test('an index without an end stops at its limit', async () => {
    const piece = 'x'.repeat(1024 * 1024);
    const server = await endless(send => {
      const timer = setInterval(() => send(piece), 1);
      return () => clearInterval(timer);
    });
    await using setup = await remoteWith();
    const asked = setup.remote.chart({ repoURL: urlOf(server), name: 'web', version: '' }, never);
    await expect(asked).rejects.toMatchObject({ code: 'NET_TOO_LARGE' });
    server.close();
  });

  test('an index of one byte at a time stops at the deadline', async () => {
    const server = await endless(send => {
      const timer = setInterval(() => send('x'), 20);
      return () => clearInterval(timer);
    });
    await using setup = await remoteWith({ deadlineMs: 300 });
    const asked = setup.remote.chart({ repoURL: urlOf(server), name: 'web', version: '' }, never);
    await expect(asked).rejects.toMatchObject({ code: 'NET_TIMEOUT' });
    server.close();
  });

  test.each([
    ['file:///etc/passwd', 'SOURCE_DENIED'],
    ['gopher://h/x', 'SOURCE_DENIED'],
    ['http://169.254.169.254/latest/web-1.0.0.tgz', 'NET_FORBIDDEN'],
    ['http://[::ffff:169.254.169.254]/x.tgz', 'NET_FORBIDDEN'],
    ['http://0xa9.0xfea9fe/x.tgz', 'NET_FORBIDDEN'],
  ])('an index that points to %s', async (url, code) => {
    await using repository = await startHelmRepository([]);
    const index = JSON.stringify({ entries: { web: [{ version: '1.0.0', urls: [url] }] } });
    repository.fault = () => ({ answer: { status: 200, body: index } });
    const denies = networkRules({ loopback: true, private: true });
    await using setup = await remoteWith({ denies });
    const asked = setup.remote.chart({ repoURL: repository.url, name: 'web', version: '' }, never);
    await expect(asked).rejects.toMatchObject({ code });
  });

  test('a redirect to a place that is denied, or that the policy does not allow', async () => {
    await using repository = await startHelmRepository([chart('web', '1.0.0')]);
    repository.fault = ({ path }) =>
      path.endsWith('.tgz')
        ? { answer: { status: 302, headers: { location: 'http://169.254.169.254/x' } } }
        : undefined;
    const reference = { repoURL: repository.url, name: 'web', version: '' };
    await using guarded = await remoteWith({ denies: networkRules({ loopback: true, private: true }) });
    await expect(guarded.remote.chart(reference, never)).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
    await using limited = await remoteWith({ allowed: url => url.startsWith(repository.url) });
    await expect(limited.remote.chart(reference, never)).rejects.toMatchObject({ code: 'SOURCE_DENIED' });
    const strict = networkRules({ loopback: false, private: false });
    await using closed = await remoteWith({ denies: strict });
    await expect(closed.remote.chart(reference, never)).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
    await expect(
      closed.remote.chart({ ...reference, repoURL: repository.url.replace('127.0.0.1', 'localhost') }, never),
    ).rejects.toMatchObject({ code: 'NET_FORBIDDEN' });
  });

  test.each([
    ['a bomb', gzipSync(Buffer.alloc(200_000_000)), 'ARCHIVE_TOO_LARGE'],
    ['no archive', Buffer.from('<html>'), 'ARCHIVE_INVALID'],
    ['a name that leads out', gzipSync(tar([{ path: 'web/../../x' }])), 'ARCHIVE_INVALID'],
  ] as const)('an archive that is %s', async (_, body, code) => {
    await using repository = await startHelmRepository([chart('web', '1.0.0')]);
    const index = JSON.stringify({ entries: { web: [{ version: '1.0.0', urls: ['web.tgz'] }] } });
    repository.fault = ({ path }) => ({ answer: { status: 200, body: path === '/index.yaml' ? index : body } });
    await using setup = await remoteWith();
    const asked = setup.remote.chart({ repoURL: repository.url, name: 'web', version: '' }, never);
    await expect(asked).rejects.toMatchObject({ code });
  });

  test.each(['..', '.', 'a/b', 'a\nb', '', '-', '../x', 'a..b'])('the chart name %j', async name => {
    await using setup = await remoteWith();
    const asked = setup.remote.chart({ repoURL: 'https://charts.invalid', name, version: '' }, never);
    await expect(asked).rejects.toMatchObject({ code: 'SOURCE_DENIED' });
  });
});

describe('an OCI registry', () => {
  let open: OciRegistry;
  let guarded: OciRegistry;

  beforeAll(async () => {
    [open, guarded] = await Promise.all([startOciRegistry(), startOciRegistry({ authenticate: true })]);
    for (const version of ['1.0.0', '1.2.0+build.1', '2.0.0-rc.1']) {
      await open.pushChart('charts', chart('web', version));
      await guarded.pushChart('charts', chart('web', version));
    }
  });
  afterAll(async () => {
    await open?.stop();
    await guarded?.stop();
  });

  test('gives exact versions and the newest in a range', async () => {
    await using setup = await remoteWith();
    const repoURL = `oci://${open.host}/charts`;
    const find = (version: string) => setup.remote.chart({ repoURL, name: 'web', version }, never);
    for (const [wanted, version] of [
      ['1.0.0', '1.0.0'],
      ['^1', '1.2.0+build.1'],
      ['1.2.0+build.1', '1.2.0+build.1'],
      ['', '1.2.0+build.1'],
      ['>=2.0.0-0', '2.0.0-rc.1'],
    ] as const) {
      expect((await find(wanted)).version).toBe(version);
    }
    expect((await find('1.0.0')).digest).toBe(`sha256:${chart('web', '1.0.0').digest}`);
    await expect(find('9.0.0')).rejects.toMatchObject({ code: 'CHART_NOT_FOUND' });
    await expect(find('^9')).rejects.toMatchObject({ code: 'CHART_NOT_FOUND' });
    const none = setup.remote.chart({ repoURL, name: 'none', version: '' }, never);
    await expect(none).rejects.toMatchObject({ code: 'CHART_NOT_FOUND' });
  });

  test('logs in where it has to', async () => {
    const reference = { repoURL: `oci://${guarded.host}/charts`, name: 'web', version: '^1' };
    await using setup = await remoteWith({ credentialsFor: () => registryUser });
    expect((await setup.remote.chart(reference, never)).version).toBe('1.2.0+build.1');
    await using without = await remoteWith();
    await expect(without.remote.chart(reference, never)).rejects.toMatchObject({ code: 'REGISTRY_AUTH_FAILED' });
    await using wrong = await remoteWith({ credentialsFor: () => ({ username: 'reader', password: 'CANARY' }) });
    const error = await failureOf(wrong.remote.chart(reference, never));
    expect(error).toMatchObject({ code: 'REGISTRY_AUTH_FAILED' });
    expectNowhere('CANARY', { logged: [], dataDirectory: wrong.cacheDirectory }, error);
  });
});

/** A registry that asks for tokens, on top of the classic server: its answers are set by path. */
function serveAsRegistry(repository: HelmRepository): void {
  const { archive, digest } = chart('web', '1.0.0');
  const type = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  const layers = [{ mediaType: type, digest: `sha256:${digest}`, size: archive.length }];
  const json = (value: unknown) => ({ answer: { status: 200, body: JSON.stringify(value) } });
  repository.fault = ({ path, headers }) => {
    if (path.startsWith('/token')) {
      const right = headers.authorization === `Basic ${Buffer.from('reader:secret').toString('base64')}`;
      return right ? json({ token: 'T' }) : { answer: { status: 401 } };
    }
    if (headers.authorization !== 'Bearer T') {
      const challenge = `Bearer realm="${repository.url}/token",service="test"`;
      return { answer: { status: 401, headers: { 'www-authenticate': challenge } } };
    }
    if (path.includes('/tags/list?n=')) {
      const link = '</v2/charts/web/tags/list?last=x>; rel="next"';
      return { answer: { status: 200, headers: { link }, body: JSON.stringify({ tags: ['0.9.0'] }) } };
    }
    if (path.includes('/tags/list')) return json({ tags: ['1.0.0'] });
    if (path.includes('/manifests/')) return json({ schemaVersion: 2, layers });
    if (path.includes('/blobs/')) {
      const location = `${repository.url.replace('127.0.0.1', 'localhost')}/elsewhere`;
      return { answer: { status: 307, headers: { location } } };
    }
    return undefined;
  };
}

test('a registry with tokens, pages of tags, and blobs elsewhere', async () => {
  await using repository = await startHelmRepository([chart('web', '1.0.0')]);
  serveAsRegistry(repository);
  const token = repository.fault;
  const seen: (string | undefined)[] = [];
  repository.fault = request => {
    if (request.path !== '/elsewhere') return token?.(request);
    seen.push(request.headers.authorization);
    return { answer: { status: 200, body: chart('web', '1.0.0').archive } };
  };
  await using setup = await remoteWith({ credentialsFor: () => ({ username: 'reader', password: 'secret' }) });
  const repoURL = repository.url.replace('http://', 'oci://');
  const found = await setup.remote.chart({ repoURL: `${repoURL}/charts`, name: 'web', version: '*' }, never);
  expect(found).toMatchObject({ version: '1.0.0', digest: `sha256:${chart('web', '1.0.0').digest}` });
  expect(seen).toEqual([undefined]);
  expect(repository.log.some(({ path }) => path.includes('scope=repository%3Acharts%2Fweb%3Apull'))).toBe(true);
});

test('a file at a URL: bounded, and only where it was asked for', async () => {
  await using server = await startHelmRepository([]);
  await using setup = await remoteWith();
  const url = `${server.url}/values.yaml`;
  server.fault = () => ({ answer: { status: 200, body: 'a: 1\n' } });
  expect(Buffer.from(await setup.remote.file(url, 100, never)).toString()).toBe('a: 1\n');
  await expect(setup.remote.file(url, 2, never)).rejects.toMatchObject({ code: 'NET_TOO_LARGE' });
  server.fault = () => ({ answer: { status: 302, headers: { location: 'http://elsewhere.invalid/x' } } });
  await expect(setup.remote.file(url, 100, never)).rejects.toMatchObject({ code: 'SOURCE_DENIED' });
  server.fault = () => ({ answer: { status: 404 } });
  await expect(setup.remote.file(url, 100, never)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
