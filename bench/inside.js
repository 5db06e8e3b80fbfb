// Loaded into the operator before its own code (--import): what can only be seen from inside, told over a Unix socket. Nothing is
// done until somebody asks, but for one timer of the event-loop delay (50 a second), which can be paused.
// Plain JavaScript: the launcher may be an older Node.

import { subscribe } from 'node:diagnostics_channel';
import { createServer, Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const path = process.env.HOLDFAST_BENCH_SOCKET;
const resolution = 20;

if (path !== undefined && isMainThread && process.argv[1]?.endsWith('src/cli/main.ts')) observe(path);

function observe(socketPath) {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const traffic = countTraffic();
  const started = countPrograms();

  const commands = {
    read: () => ({
      // What is recorded is the time from one tick to the next, the timer's own included.
      delayMs: Object.fromEntries(
        [50, 99, 100].map(share => [`p${share}`, Math.max(0, delay.percentile(share) / 1e6 - resolution)]),
      ),
      cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
      heapBytes: process.memoryUsage().heapUsed,
      traffic: traffic(),
      ...started,
    }),
    reset: () => delay.reset(),
    pause: () => delay.disable(),
    resume() {
      delay.reset();
      delay.enable();
    },
  };
  const server = createServer(connection => {
    connection.on('error', () => {});
    connection.once('data', command => connection.end(JSON.stringify(commands[String(command).trim()]() ?? null)));
  });
  server.listen(socketPath).unref();
  // The benchmark holds our standard input: when it is gone, nothing may stay behind.
  process.stdin.on('end', () => process.exit(1)).resume();
  process.stdin.unref?.();
}

/** Bytes to and from every port that this process connects to; of TLS, what is inside it. */
function countTraffic() {
  const open = new Map();
  const closed = new Map();
  const sum = (into, port, { read, written, connections }) => {
    const before = into.get(port) ?? { read: 0, written: 0, connections: 0 };
    into.set(port, {
      read: before.read + read,
      written: before.written + written,
      connections: before.connections + connections,
    });
  };
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function counted(...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    const port = String(options?.port ?? '');
    open.set(this, port);
    this.once('close', () => {
      open.delete(this);
      sum(closed, port, { read: this.bytesRead, written: this.bytesWritten, connections: 1 });
    });
    return connect.apply(this, args);
  };
  return () => {
    const all = new Map(closed);
    for (const [socket, port] of open)
      sum(all, port, { read: socket.bytesRead ?? 0, written: socket.bytesWritten ?? 0, connections: 1 });
    return Object.fromEntries(all);
  };
}

/** Programs that were started, and renders that were asked of the renderer. */
function countPrograms() {
  const counts = { programs: 0, renders: 0 };
  subscribe('child_process', ({ process: child }) => {
    process.nextTick(() => {
      counts.programs++;
      if (child.spawnfile !== process.env.HOLDFAST_RENDERER || !child.stdin) return;
      const { write } = child.stdin;
      child.stdin.write = function counted(bytes, ...rest) {
        // The first field of a frame's head; see src/render/protocol.ts.
        if (Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).includes('"type":"render"'))
          counts.renders++;
        return write.call(this, bytes, ...rest);
      };
    });
  });
  return counts;
}
