import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type HttpAnswer, type HttpServerOptions, startHttpServer, type TestHttpServer } from './http-server.ts';

const maximumHeadBytes = 64 * 1024;

/** Settings of a usual Git host, for every repository that the server shows. */
const configuration = {
  'http.receivepack': 'true',
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'safe.directory': '*',
};

export interface GitHttp extends TestHttpServer {
  /** The URL of a bare repository in the server's directory, such as `fleet.git`. */
  urlOf(repository: string): string;
}

/** Smart HTTP, protocol versions 0 to 2, through `git http-backend`: what Git itself serves. */
export async function startGitHttp({
  directory,
  ...options
}: HttpServerOptions & { directory: string }): Promise<GitHttp> {
  const handler = (request: IncomingMessage, url: URL, closed: AbortSignal) =>
    runBackend(directory, request, url, closed);
  const server = await startHttpServer(handler, options);
  return Object.assign(server, { urlOf: (repository: string) => `${server.url}/${repository}` });
}

async function runBackend(
  directory: string,
  request: IncomingMessage,
  url: URL,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    signal,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      ...gitConfiguration(configuration),
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      REMOTE_USER: headers.authorization === undefined ? '' : 'user',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
  });
  backend.on('error', () => {});
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const { status = '200 OK', ...rest } = await readHead(backend.stdout);
  return { status: Number.parseInt(status, 10), headers: rest, body: backend.stdout };
}

/** The header lines that a CGI program prints first; what follows stays in the stream. */
async function readHead(output: Readable): Promise<Record<string, string>> {
  let head = Buffer.alloc(0);
  for (;;) {
    const chunk: Buffer | null = output.read();
    if (chunk === null) {
      if (output.readableEnded) throw new Error(`git http-backend ended early: ${head}`);
      await new Promise(resolve => output.once('readable', resolve).once('end', resolve));
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1 && head.length < maximumHeadBytes) continue;
    output.unshift(head.subarray(end + 4));
    const lines = head.subarray(0, end).toString().split('\r\n');
    return Object.fromEntries(
      lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
  }
}

/** Git settings as the environment variables that count as given on its command line. */
function gitConfiguration(settings: Record<string, string>): Record<string, string> {
  const entries = Object.entries(settings).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(Object.keys(settings).length), ...Object.fromEntries(entries) };
}
