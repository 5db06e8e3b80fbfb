import { createServer } from 'node:net';

/** The first of twenty that nobody listens on. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 20; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`None of the ports ${first} to ${first + 19} is free: the demo's web server needs one.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
