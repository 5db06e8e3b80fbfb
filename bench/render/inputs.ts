import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import type { Source } from '../../src/model/application.ts';
import { manifestsOf } from '../fleet.ts';

export type RenderKind = 'chart' | 'overlays' | 'large';
export const namespace = 'store';

/** Something that is rendered many times, a little different each time. */
export interface RenderInput {
  files: Record<string, string>;
  application(index: number): string;
  source(index: number): Partial<Source>;
  /** The program for the same, with its arguments; it runs in a directory with the files. */
  command(index: number): { program: 'helm' | 'kustomize'; args: string[] };
}

export async function renderInput(kind: RenderKind, count: number): Promise<RenderInput> {
  return kind === 'chart' ? await chart(count) : kustomization(kind === 'overlays' ? overlays(count) : large(count));
}

async function chart(count: number): Promise<RenderInput> {
  const directory = join(import.meta.dirname, 'chart');
  const files: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[`chart/${relative(directory, path)}`] = await readFile(path, 'utf8');
  }
  for (let index = 0; index < count; index++) files[`values/${index}.yaml`] = stringify(valuesOf(index));
  const application = (index: number) => `release-${index}`;
  return {
    files,
    application,
    source: index => ({ path: 'chart', helm: { releaseName: application(index), valuesObject: valuesOf(index) } }),
    command: index => ({
      program: 'helm',
      args: ['template', application(index), 'chart', '--namespace', namespace, '--values', `values/${index}.yaml`],
    }),
  };
}

function valuesOf(index: number) {
  return {
    replicaCount: 1 + (index % 5),
    host: `shop-${index}.example.com`,
    backends: [`http://backend-${index}:80`],
    ui: { message: `number ${index}` },
    hpa: { enabled: index % 2 === 0 },
    podAnnotations: { team: `team-${index % 10}` },
  };
}

function kustomization(files: Record<string, string>): RenderInput {
  const path = (index: number) => (files['kustomization.yaml'] === undefined ? `overlays/${index}` : '.');
  return {
    files,
    application: index => `overlay-${index}`,
    source: index => ({ path: path(index), kustomize: {} }),
    command: index => ({ program: 'kustomize', args: ['build', path(index)] }),
  };
}

/** One base of four objects, and an overlay for each customer. */
function overlays(count: number): Record<string, string> {
  const base = manifestsOf({ applications: 1, objects: 4 }, 0);
  const files: Record<string, string> = {};
  for (const { manifest } of base) files[`base/${manifest.kind}.yaml`] = stringify(manifest);
  files['base/kustomization.yaml'] = stringify({ resources: base.map(({ manifest }) => `${manifest.kind}.yaml`) });
  const name = base[0]?.manifest.metadata.name ?? '';
  for (let index = 0; index < count; index++) {
    files[`overlays/${index}/kustomization.yaml`] = stringify({
      resources: ['../../base'],
      namespace: `customer-${index}`,
      namePrefix: `c${index}-`,
      labels: [{ pairs: { customer: `c${index}` }, includeTemplates: true }],
      images: [{ name: 'registry.example/shop/web', newTag: `6.7.${index}` }],
      replicas: [{ name, count: index % 3 }],
      patches: [{ path: 'resources.yaml' }],
      configMapGenerator: [{ name: 'features', literals: [`plan=${index % 4}`, `customer=${index}`] }],
    });
    files[`overlays/${index}/resources.yaml`] = stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        template: { spec: { containers: [{ name: 'web', resources: { limits: { memory: `${256 + index}Mi` } } }] } },
      },
    });
  }
  return files;
}

/** So many objects in one kustomization. */
function large(count: number): Record<string, string> {
  const fleet = { applications: count / 4, objects: 4 };
  const files: Record<string, string> = {};
  const resources: string[] = [];
  for (let index = 0; index < fleet.applications; index++) {
    const path = `parts/${index}.yaml`;
    resources.push(path);
    files[path] = manifestsOf(fleet, index)
      .map(({ manifest }) => stringify(manifest))
      .join('---\n');
  }
  files['kustomization.yaml'] = stringify({ resources, namespace, labels: [{ pairs: { part: 'large' } }] });
  return files;
}

export async function writeFiles(directory: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}
