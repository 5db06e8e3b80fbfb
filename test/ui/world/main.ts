// npm run dev: the demo world, and the web UI with changes shown at once. `-- --fillers 500` adds applications without a story.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { buildWeb } from '../../../scripts/build-web.ts';
import { startControlPlane } from '../../world/control-plane.ts';
import { accounts } from './people.ts';
import { startUiWorld } from './world.ts';

const { values } = parseArgs({ options: { fillers: { type: 'string', default: '40' } } });
const say = (text: string) => process.stdout.write(`${text}\n`);
const pagePort = 5_173;
const page = `http://localhost:${pagePort}`;

const asked = new Promise<void>(end => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
});

say('Starting a cluster and an operator with something of every kind: about half a minute.');
await using access = await startControlPlane();
await using world = await startUiWorld({
  access,
  // Of the first environment Vite serves the pages; of those beside it, what was built.
  webDirectory: await buildWeb(),
  fillers: Number(values.fillers),
  publicURL: page,
});
// The operator goes by the name that the browser asked for; web/api/ is Vite's to serve.
const toOperator = { target: world.url, changeOrigin: false };
const vite = await createServer({
  configFile: join(import.meta.dirname, '../../../web/vite.config.ts'),
  server: {
    host: '127.0.0.1',
    port: pagePort,
    strictPort: true,
    proxy: { '/api/v1': toOperator, '/auth': toOperator },
  },
});
await vite.listen();
say(`Open ${page}. Sign in as one of:`);
for (const [name, { password }] of Object.entries(accounts)) say(`  ${name.padEnd(10)} ${password}`);
say('Beside it, to sign in to alike:');
say(`  ${atAddress(world.workshop.url)}  a machine, with processes and files`);
say(`  ${atAddress(world.outpost.url)}  a cluster that does not answer`);
say(`Git: ${world.repo.path}\nCluster: export KUBECONFIG=${access.kubeconfig}\nCtrl-C stops everything.`);

// A pending promise alone does not keep the process alive.
const alive = setInterval(() => {}, 60_000);
await asked;
clearInterval(alive);
await vite.close();
say('Stopping.');

/** A browser has one session for all ports of a name: by their address they have one of their own. */
function atAddress(url: string): string {
  return url.replace('localhost', '127.0.0.1');
}
