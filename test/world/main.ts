// npm run world: a control plane in the foreground, until Ctrl-C. `node test/world/main.ts FILE` writes its kubeconfig elsewhere.

import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { startControlPlane } from './control-plane.ts';

const kubeconfig = resolve(process.argv[2] ?? join(import.meta.dirname, '../../.world/kubeconfig'));
const say = (text: string) => process.stdout.write(`${text}\n`);

// Asked to end while it starts, it ends as soon as it has started: only then is there something to stop.
const asked = new Promise<void>(end => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
});

say('Starting a Kubernetes control plane (the first time it is built, which takes about 5 minutes on two cores) ...');
const controlPlane = await startControlPlane();
await mkdir(dirname(kubeconfig), { recursive: true });
await copyFile(controlPlane.kubeconfig, kubeconfig);
await chmod(kubeconfig, 0o600);
say(`Ready: ${controlPlane.server}
  export KUBECONFIG=${kubeconfig}
  ${controlPlane.program} kubectl get namespaces
Contexts: holdfast (cluster-admin by token), holdfast-certificate (the same by certificate), admin (system:masters).
Ctrl-C stops it and removes its data.`);

// A pending promise alone does not keep the process alive.
const alive = setInterval(() => {}, 60_000);
await asked;
clearInterval(alive);
await controlPlane.stop();
await rm(kubeconfig, { force: true });
say('Stopped.');
