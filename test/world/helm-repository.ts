import { stringify } from 'yaml';
import type { Chart } from './chart.ts';
import { type HttpServerOptions, startHttpServer, type TestHttpServer } from './http-server.ts';

export interface HelmRepository extends TestHttpServer {
  /** Appears in index.yaml at once; the same version again replaces the first. */
  publish(chart: Chart): void;
  withdraw(name: string, version: string): void;
}

/** The classic Helm repository: index.yaml and archives over HTTP, at the server's URL. */
export async function startHelmRepository(
  charts: readonly Chart[],
  options: HttpServerOptions = {},
): Promise<HelmRepository> {
  const files = new Map<string, Chart>();
  const fileName = (name: string, version: string) => `/${name}-${version}.tgz`;
  const publish = (chart: Chart) => void files.set(fileName(chart.name, chart.version), chart);
  for (const chart of charts) publish(chart);

  const server = await startHttpServer(async (_request, { pathname }) => {
    if (pathname === '/index.yaml') return { status: 200, body: index(files) };
    const chart = files.get(pathname);
    if (chart === undefined) return { status: 404 };
    return { status: 200, headers: { 'content-type': 'application/gzip' }, body: chart.archive };
  }, options);
  return Object.assign(server, {
    publish,
    withdraw: (name: string, version: string) => void files.delete(fileName(name, version)),
  });
}

function index(files: ReadonlyMap<string, Chart>): string {
  const entries: Record<string, object[]> = {};
  for (const [path, { name, metadata, digest }] of files) {
    entries[name] ??= [];
    entries[name].push({ ...metadata, digest, created: '2026-01-01T00:00:00Z', urls: [path.slice(1)] });
  }
  return stringify({ apiVersion: 'v1', generated: '2026-01-01T00:00:00Z', entries });
}
