import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KustomizeOptions } from '../../../src/model/application.ts';
import { realPrograms } from '../../world/shared.ts';
import type { Input } from './inputs.ts';

const run = promisify(execFile);

/** What the real `helm template` or `kustomize build` prints for an input. */
export async function renderForReal(input: Input, application: string, namespace: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'render-real-'));
  try {
    await cp(input.directory, directory, { recursive: true, verbatimSymlinks: true });
    return input.source.kustomize === undefined
      ? await helm(input, directory, application, namespace)
      : await kustomize(input, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function helm(input: Input, directory: string, application: string, namespace: string): Promise<string> {
  const { source } = input;
  const options = source.helm ?? {};
  const call = async (args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: directory };
    return (await run(realPrograms().helm, args, { cwd: directory, env, maxBuffer: 1e8 })).stdout;
  };
  if (input.dependencies) await call(['dependency', 'build', source.path]);
  const args = ['template', options.releaseName ?? application, source.path];
  args.push('--namespace', options.namespace ?? namespace);
  if (!options.skipCrds) args.push('--include-crds');
  if (options.skipTests) args.push('--skip-tests');
  if (options.skipSchemaValidation) args.push('--skip-schema-validation');
  if (options.kubeVersion) args.push('--kube-version', options.kubeVersion);
  for (const version of options.apiVersions ?? []) args.push('--api-versions', version);
  args.push(...(input.arguments ?? (options.valueFiles ?? []).flatMap(file => ['-f', join(source.path, file)])));
  const inline = options.valuesObject ? JSON.stringify(options.valuesObject) : options.values;
  if (inline !== undefined) {
    await writeFile(join(directory, 'inline-values.yaml'), inline);
    args.push('-f', 'inline-values.yaml');
  }
  for (const { name, value, forceString } of options.parameters ?? []) {
    const escaped = value.startsWith('{') ? value : value.replace(/([^\\]),/g, '$1\\,');
    args.push(forceString ? '--set-string' : '--set', `${name}=${escaped}`);
  }
  for (const { name, path } of options.fileParameters ?? [])
    args.push('--set-file', `${name}=${join(source.path, path)}`);
  return await call(args);
}

/** Options are edited in with the tool's own `edit` commands, as Argo CD does. */
async function kustomize(input: Input, directory: string): Promise<string> {
  const cwd = join(directory, input.source.path);
  const call = async (args: string[]) =>
    (await run(realPrograms().kustomize, args, { cwd, env: { PATH: process.env.PATH }, maxBuffer: 1e8 })).stdout;
  for (const edit of edits(input.source.kustomize ?? {})) await call(['edit', ...edit]);
  if (input.append) {
    const file = join(cwd, 'kustomization.yaml');
    const present = await readFile(file, 'utf8');
    await appendFile(file, `${present.endsWith('\n') ? '' : '\n'}${input.append}`);
  }
  return await call(['build', '.']);
}

function edits(options: KustomizeOptions): string[][] {
  const pairs = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => `${name}:${value}`);
  const { commonLabels, commonAnnotations, images = [], replicas = [] } = options;
  return [
    ...(options.namePrefix ? [['set', 'nameprefix', '--', options.namePrefix]] : []),
    ...(options.nameSuffix ? [['set', 'namesuffix', '--', options.nameSuffix]] : []),
    ...(options.namespace ? [['set', 'namespace', options.namespace]] : []),
    ...images.map(image => ['set', 'image', image]),
    ...replicas.map(({ name, count }) => ['set', 'replicas', `${name}=${count}`]),
    ...(commonLabels
      ? [
          [
            'add',
            'label',
            ...(options.forceCommonLabels ? ['--force'] : []),
            ...(options.labelWithoutSelector ? ['--without-selector'] : []),
            ...(options.labelIncludeTemplates ? ['--include-templates'] : []),
            ...pairs(commonLabels),
          ],
        ]
      : []),
    ...(commonAnnotations
      ? [['add', 'annotation', ...(options.forceCommonAnnotations ? ['--force'] : []), ...pairs(commonAnnotations)]]
      : []),
  ];
}
