import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Access, kubeconfig } from '../../world/access.ts';

export interface Relay extends AsyncDisposable {
  /** The same cluster; whoever uses this kubeconfig goes through the relay. */
  access: Access;
  /** From the API server so far, as they go over the wire. */
  receivedBytes(): number;
}

/** Between an operator and the API server: counts bytes, and changes nothing. TLS goes through. */
export async function startRelay(access: Access, directory: string): Promise<Relay> {
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    const { hostname, port } = new URL(access.server);
    const upstream = connect(Number(port), hostname);
    upstream.on('data', ({ length }) => {
      received += length;
    });
    for (const [from, to] of [[socket, upstream] as const, [upstream, socket] as const]) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const through = { ...access, server: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const path = join(directory, 'relay.kubeconfig');
  await writeFile(path, await kubeconfig(through, { holdfast: { token: access.holdfastToken } }), { mode: 0o600 });
  return {
    // What the test itself asks does not go through it.
    access: { ...access, kubeconfig: path },
    receivedBytes: () => received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
