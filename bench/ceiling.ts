import type { CeilingKind } from './bench.ts';
import { type Fleet, namespacesOf, rawApplies } from './fleet.ts';
import { settle } from './measure/settle.ts';
import { median } from './measure/statistics.ts';
import type { RawWork } from './raw/protocol.ts';
import { type RawResult, sendRaw } from './raw/raw.ts';
import { createNamespaces, type World } from './world.ts';

/** How the raw client sends. */
export type Way = Pick<RawWork, 'concurrency' | 'http2'>;

/** What the API server takes from a client that does nothing but send: W. */
export interface Ceiling {
  /** Creates a second, by server-side apply. */
  createsPerSecond: number;
  /** Changes of one label a second, by server-side apply. */
  changesPerSecond: number;
  runs: number[];
  /** The fastest of those that were tried. */
  way: Way;
  /** Processor seconds of kube-apiserver and etcd for one create, with what controllers then ask of them. */
  serverCpuPerCreate: number;
  clientCpuPerCreate: number;
}

const ways: readonly Way[] = [16, 32, 64].flatMap(concurrency => [
  { concurrency, http2: false },
  { concurrency, http2: true },
]);

export interface CeilingSize {
  /** Objects of one counted run. */
  objects: number;
  runs: number;
}

/** Tries some ways, and counts runs with the best. */
export async function measureCeiling(world: World, kind: CeilingKind, size: CeilingSize): Promise<Ceiling> {
  const perApplication = kind === 'mixed' ? 4 : 1;
  const fleetOf = (objects: number): Fleet => ({
    applications: Math.ceil(objects / perApplication),
    objects: perApplication,
  });
  let batch = 0;
  async function send(fleet: Fleet, way: Way): Promise<RawResult & { again: string }> {
    const prefix = `raw-${kind}-${batch++}-`;
    await createNamespaces(
      world.admin,
      namespacesOf(fleet).map(name => prefix + name),
    );
    const result = await sendRaw({ ...world.raw, ...way, requests: rawApplies(fleet, prefix) });
    return { ...result, again: prefix };
  }

  const tried: { way: Way; rate: number }[] = [];
  for (const way of ways) {
    const { sent, seconds } = await send(fleetOf(size.objects / ways.length), way);
    tried.push({ way, rate: sent / seconds });
    await settle();
  }
  const { way = { concurrency: 16, http2: false } } = tried.toSorted((a, b) => b.rate - a.rate)[0] ?? {};

  const creates: { rate: number; serverCpu: number; clientCpu: number }[] = [];
  const changes: number[] = [];
  for (let run = 0; run < size.runs; run++) {
    const fleet = fleetOf(size.objects);
    const before = world.serverCpu();
    const { sent, seconds, cpuSeconds, again } = await send(fleet, way);
    await settle();
    const serverCpu = (world.serverCpu() - before) / sent;
    creates.push({ rate: sent / seconds, serverCpu, clientCpu: cpuSeconds / sent });
    const requests = rawApplies({ ...fleet, version: `changed-${run}` }, again);
    const changed = await sendRaw({ ...world.raw, ...way, requests });
    changes.push(changed.sent / changed.seconds);
    await settle();
  }
  const rates = creates.map(({ rate }) => rate);
  return {
    createsPerSecond: median(rates),
    changesPerSecond: median(changes),
    runs: rates,
    way,
    serverCpuPerCreate: median(creates.map(({ serverCpu }) => serverCpu)),
    clientCpuPerCreate: median(creates.map(({ clientCpu }) => clientCpu)),
  };
}
