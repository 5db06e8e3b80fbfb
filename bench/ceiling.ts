import type { CeilingKind } from './bench.ts';
import { type Fleet, namespacesOf, rawApplies } from './fleet.ts';
import { settle } from './measure/settle.ts';
import { median } from './measure/statistics.ts';
import { type RawResult, sendRaw } from './raw/raw.ts';
import { createNamespaces, type World } from './world.ts';

/** What the API server takes from a client that does nothing but send: W. */
export interface Ceiling {
  /** Creates a second, by server-side apply. */
  createsPerSecond: number;
  /** Changes of one label a second, by server-side apply. */
  changesPerSecond: number;
  runs: number[];
  connections: number;
  /** Processor seconds of kube-apiserver and etcd for one create, with what controllers then ask of them. */
  serverCpuPerCreate: number;
  clientCpuPerCreate: number;
}

const concurrencies = [16, 32, 64];

export interface CeilingSize {
  /** Objects of one counted run. */
  objects: number;
  runs: number;
}

/** Tries some numbers of connections, and counts runs with the best. */
export async function measureCeiling(world: World, kind: CeilingKind, size: CeilingSize): Promise<Ceiling> {
  const perApplication = kind === 'mixed' ? 4 : 1;
  const fleetOf = (objects: number): Fleet => ({
    applications: Math.ceil(objects / perApplication),
    objects: perApplication,
  });
  let batch = 0;
  async function send(fleet: Fleet, connections: number): Promise<RawResult & { again: string }> {
    const prefix = `raw-${kind}-${batch++}-`;
    await createNamespaces(
      world.admin,
      namespacesOf(fleet).map(name => prefix + name),
    );
    const result = await sendRaw({ ...world.raw, connections, requests: rawApplies(fleet, prefix) });
    return { ...result, again: prefix };
  }

  const tried: { connections: number; rate: number }[] = [];
  for (const connections of concurrencies) {
    const { sent, seconds } = await send(fleetOf(size.objects / concurrencies.length), connections);
    tried.push({ connections, rate: sent / seconds });
    await settle();
  }
  const { connections = 16 } = tried.toSorted((a, b) => b.rate - a.rate)[0] ?? {};

  const creates: { rate: number; serverCpu: number; clientCpu: number }[] = [];
  const changes: number[] = [];
  for (let run = 0; run < size.runs; run++) {
    const fleet = fleetOf(size.objects);
    const before = world.serverCpu();
    const { sent, seconds, cpuSeconds, again } = await send(fleet, connections);
    await settle();
    const serverCpu = (world.serverCpu() - before) / sent;
    creates.push({ rate: sent / seconds, serverCpu, clientCpu: cpuSeconds / sent });
    const requests = rawApplies({ ...fleet, version: `changed-${run}` }, again);
    const changed = await sendRaw({ ...world.raw, connections, requests });
    changes.push(changed.sent / changed.seconds);
    await settle();
  }
  const rates = creates.map(({ rate }) => rate);
  return {
    createsPerSecond: median(rates),
    changesPerSecond: median(changes),
    runs: rates,
    connections,
    serverCpuPerCreate: median(creates.map(({ serverCpu }) => serverCpu)),
    clientCpuPerCreate: median(creates.map(({ clientCpu }) => clientCpu)),
  };
}
