import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { runProgram } from '../test/world/process.ts';
import { type Fleet, manifestsOf, namespaceOf, namespacesOf } from './fleet.ts';
import { endedChildrenCpu } from './measure/processes.ts';
import { settle } from './measure/settle.ts';
import { createNamespaces, type World } from './world.ts';

export interface KubectlRun {
  seconds: number;
  cpu: number;
  serverCpu: number;
}

/** `kubectl apply --server-side` of the same objects, from files, at its defaults. */
export async function kubectlApply(world: World, fleet: Fleet): Promise<KubectlRun> {
  const directory = join(world.directory, 'kubectl');
  for (let index = 0; index < fleet.applications; index++) {
    for (const { path, manifest } of manifestsOf(fleet, index)) {
      const metadata = { ...manifest.metadata, namespace: namespaceOf(index) };
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), stringify({ ...manifest, metadata }));
    }
  }
  await createNamespaces(world.admin, namespacesOf(fleet));
  await settle();
  const args = [
    'kubectl',
    '--kubeconfig',
    world.other.kubeconfig,
    'apply',
    '--server-side',
    '--recursive',
    '--filename',
  ];
  const env = { PATH: process.env.PATH, HOME: world.directory };
  const before = { cpu: endedChildrenCpu(), serverCpu: world.serverCpu() };
  const began = performance.now();
  await runProgram(world.plane.program, [...args, directory], { env });
  const seconds = (performance.now() - began) / 1_000;
  const cpu = endedChildrenCpu() - before.cpu;
  await settle();
  return { seconds, cpu, serverCpu: world.serverCpu() - before.serverCpu };
}
