import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { buildWeb } from '../../scripts/build-web.ts';
import { type ControlPlane, startControlPlane } from '../world/control-plane.ts';
import { startUiWorld, type UiWorld } from './world/world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the demo world that all tests of the UI share: `sharedWorld` does so. */
    uiWorldUrl: string;
  }
}

/** Builds what is needed, and starts one demo world for all tests as soon as the first asks for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildGo(programs.controlplane);
  await buildGo(programs.renderer);
  const webDirectory = await buildWeb();
  let access: Promise<ControlPlane> | undefined;
  let world: Promise<UiWorld> | undefined;

  async function start(): Promise<UiWorld> {
    access = startControlPlane();
    return await startUiWorld({ access: await access, webDirectory, fillers: 160 });
  }

  const server = createServer((_request, response) => {
    world ??= start();
    world.then(
      async ({ url, repo, workshop, outpost }) => {
        const others = { workshop: workshop.url, outpost: outpost.url };
        response.end(JSON.stringify({ url, repo: repo.path, access: await access, ...others }));
      },
      error => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('uiWorldUrl', `http://127.0.0.1:${port}`);

  return async () => {
    server.close();
    await (await world?.catch(() => undefined))?.[Symbol.asyncDispose]();
    await (await access?.catch(() => undefined))?.stop();
  };
}
