import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The real programs, and where to ask for the shared control plane: `sharedControlPlane` does so. */
    world: { controlPlaneUrl: string; controlplane: string; helm: string; kustomize: string };
  }
}

/** Builds what scenarios need, and starts one control plane for all of them as soon as the first asks for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = {
    controlplane: await buildGo(programs.controlplane),
    helm: await buildGo(programs.helm),
    kustomize: await buildGo(programs.kustomize),
  };

  let shared: Promise<ControlPlane> | undefined;
  const server = createServer((_request, response) => {
    shared ??= startControlPlane();
    shared.then(
      controlPlane => response.end(JSON.stringify(controlPlane)),
      error => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('world', { ...built, controlPlaneUrl: `http://127.0.0.1:${port}` });

  return async () => {
    server.close();
    const controlPlane = await shared?.catch(() => undefined);
    await controlPlane?.stop();
  };
}
