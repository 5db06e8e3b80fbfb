import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Chart, sha256 } from './chart.ts';
import { debianProgram } from './debian.ts';
import { temporaryDirectory } from './directory.ts';
import { freePort } from './port.ts';
import { startTiedProcess } from './process.ts';
import { waitFor } from './wait.ts';

export interface OciRegistry extends AsyncDisposable {
  /** Host and port, without a scheme; it speaks plain HTTP. */
  host: string;
  /** Pushes an artifact under a tag, and returns the digest of its manifest (`sha256:…`). */
  push(repository: string, tag: string, artifact: Artifact): Promise<string>;
  /** Pushes a chart as `helm push` does: repository/NAME:VERSION. */
  pushChart(repository: string, chart: Chart): Promise<string>;
  stop(): Promise<void>;
}

export interface Artifact {
  config: ArtifactBlob;
  layers: ArtifactBlob[];
  annotations?: Record<string, string>;
}

export interface ArtifactBlob {
  mediaType: string;
  content: Uint8Array;
}

/** The only user, where authentication is on. */
export const registryUser = { username: 'reader', password: 'registry-password' };
// The registry takes bcrypt hashes only; this is the one of the password above.
const passwordHash = '$2b$04$abcdefghijklmnopqrstuuvMfIFKvu0UMo4ROgipiW53f9qa5YK3q';

/** Docker's own registry, with its data in a temporary directory. */
export async function startOciRegistry({
  authenticate = false,
}: {
  authenticate?: boolean;
} = {}): Promise<OciRegistry> {
  const program = await debianProgram('docker-registry');
  const home = await temporaryDirectory('registry');
  const file = (name: string) => join(home.path, name);
  const host = `127.0.0.1:${await freePort()}`;
  const htpasswd = { realm: 'test', path: file('htpasswd') };
  await writeFile(htpasswd.path, `${registryUser.username}:${passwordHash}\n`);
  const configuration = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: file('data') }, delete: { enabled: true } },
    http: { addr: host, secret: 'test' },
    ...(authenticate ? { auth: { htpasswd } } : {}),
  };
  await writeFile(file('config.yml'), stringify(configuration));
  const server = startTiedProcess({ program, args: ['serve', file('config.yml')], log: file('registry.log') });
  const stop = async () => {
    await server.kill();
    await home.remove();
  };
  try {
    await waitFor(
      'docker-registry',
      async () => server.ended() !== undefined || (await fetch(`http://${host}/v2/`)).status > 0,
    );
    if (server.ended() !== undefined) throw new Error(`docker-registry ${server.ended()}: ${await server.printed()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  const push: OciRegistry['push'] = (repository, tag, artifact) => pushArtifact(host, repository, tag, artifact);
  return {
    host,
    push,
    pushChart: (repository, chart) => push(...chartArtifact(repository, chart)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function chartArtifact(repository: string, chart: Chart): [string, string, Artifact] {
  const config = {
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
    content: Buffer.from(JSON.stringify(chart.metadata)),
  };
  const layer = { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', content: chart.archive };
  // A tag has no plus sign; Helm writes an underscore for it.
  const tag = chart.version.replaceAll('+', '_');
  return [`${repository}/${chart.name}`, tag, { config, layers: [layer] }];
}

async function pushArtifact(host: string, repository: string, tag: string, artifact: Artifact): Promise<string> {
  const base = `http://${host}/v2/${repository}`;
  const authorization = `Basic ${Buffer.from(Object.values(registryUser).join(':')).toString('base64')}`;
  async function send(method: string, url: string, contentType?: string, content?: Uint8Array): Promise<Response> {
    const headers = { authorization, ...(contentType === undefined ? {} : { 'content-type': contentType }) };
    const body = content === undefined ? null : new Uint8Array(content);
    const response = await fetch(url, { method, headers, body });
    if (!response.ok) throw new Error(`${method} ${url} → ${response.status}: ${await response.text()}`);
    return response;
  }
  async function pushBlob({
    mediaType,
    content,
  }: ArtifactBlob): Promise<{ mediaType: string; digest: string; size: number }> {
    const digest = `sha256:${sha256(content)}`;
    const upload = new URL((await send('POST', `${base}/blobs/uploads/`)).headers.get('location') ?? '', base);
    upload.searchParams.set('digest', digest);
    await send('PUT', upload.href, 'application/octet-stream', content);
    return { mediaType, digest, size: content.length };
  }

  const config = await pushBlob(artifact.config);
  const layers = [];
  for (const layer of artifact.layers) layers.push(await pushBlob(layer));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const { annotations } = artifact;
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers, annotations }));
  await send('PUT', `${base}/manifests/${tag}`, mediaType, manifest);
  return `sha256:${sha256(manifest)}`;
}
