import { mark } from '../test/world/audit.ts';
import { countRequests, type RequestCounts } from './measure/requests.ts';
import type { Operator } from './operator.ts';
import type { World } from './world.ts';

/** What everything cost between two moments. */
export interface WindowCost {
  seconds: number;
  /** Processor seconds of all processes of ours, to hundredths. */
  cpu: number;
  /** Of the operator's main process alone, to millionths. */
  mainCpu: number;
  /** Of kube-apiserver and etcd. */
  serverCpu: number;
  requests: RequestCounts;
  /** Bytes that the operator got from the API server. */
  received: number;
  /** Bytes that it sent there. */
  sent: number;
  git: { requests: number; bytes: number };
  renders: number;
  /** Programs that it started. */
  programs: number;
}

/** Begins now; the answer ends it. */
export async function openWindow(world: World, operator: Operator): Promise<() => Promise<WindowCost>> {
  const { port } = new URL(world.plane.server);
  async function look() {
    const [inside, git] = [await operator.inside(), await world.served()];
    const { read = 0, written = 0 } = inside.traffic[port] ?? {};
    return { at: performance.now(), cpu: operator.cpu(), serverCpu: world.serverCpu(), inside, git, read, written };
  }
  const since = await mark(world.plane);
  const before = await look();
  return async () => {
    const after = await look();
    return {
      seconds: (after.at - before.at) / 1_000,
      cpu: after.cpu - before.cpu,
      mainCpu: after.inside.cpuSeconds - before.inside.cpuSeconds,
      serverCpu: after.serverCpu - before.serverCpu,
      requests: await countRequests(world.plane, since, world.holdfast.user),
      received: after.read - before.read,
      sent: after.written - before.written,
      git: { requests: after.git.requests - before.git.requests, bytes: after.git.bytes - before.git.bytes },
      renders: after.inside.renders - before.inside.renders,
      programs: after.inside.programs - before.inside.programs,
    };
  };
}
