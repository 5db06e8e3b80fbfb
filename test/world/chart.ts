import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';

/** A packaged Helm chart: what `helm package` makes of these files. */
export interface Chart {
  name: string;
  version: string;
  /** Chart.yaml, read. */
  metadata: Record<string, unknown>;
  archive: Buffer;
  /** Of the archive, hexadecimal sha256. */
  digest: string;
}

/** Packages a chart; `files` are relative to its directory, and `Chart.yaml` is one of them. */
export function packageChart(files: Record<string, string | Uint8Array>): Chart {
  const metadata: Record<string, unknown> = parse(String(files['Chart.yaml'] ?? ''));
  const { name, version } = metadata;
  if (typeof name !== 'string' || typeof version !== 'string') throw new Error('Chart.yaml lacks a name or a version');
  const entries = Object.entries(files).map(([path, content]) => ({ path: `${name}/${path}`, content }));
  const archive = gzipSync(tar(entries));
  return { name, version, metadata, archive, digest: sha256(archive) };
}

/** A small chart that renders one ConfigMap, which says what it was rendered with. */
export function simpleChart(name: string, version: string, dependencies: object[] = []): Record<string, string> {
  return {
    'Chart.yaml': JSON.stringify({ apiVersion: 'v2', name, version, dependencies }),
    'values.yaml': 'greeting: hello\n',
    'templates/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-${name}
data:
  chart: {{ .Chart.Name }}-{{ .Chart.Version }}
  greeting: {{ .Values.greeting | quote }}
`,
  };
}

export interface TarEntry {
  path: string;
  content?: string | Uint8Array;
  /** The target, which makes it a symbolic link. */
  linkTo?: string;
  mode?: number;
}

/** A POSIX tar archive. It checks nothing: hostile archives are made with it, too. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', linkTo, mode = 0o644 }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    if (header.write(path, 0) > 100) throw new Error(`too long for a plain tar archive: ${path}`);
    const octal = (value: number, offset: number, length: number) =>
      header.write(value.toString(8).padStart(length - 1, '0'), offset);
    octal(mode, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(bytes.length, 124, 12);
    octal(0, 136, 12);
    header.write('        ', 148);
    header.write(linkTo === undefined ? '0' : '2', 156);
    header.write(linkTo ?? '', 157);
    header.write('ustar\x0000', 257);
    // The sum of the header with spaces in its own place.
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      148,
      7,
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
