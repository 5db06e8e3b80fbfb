import { setTimeout as delay } from 'node:timers/promises';
import { mark } from '../test/world/audit.ts';
import type { KubeClient } from '../test/world/kube-client.ts';
import type { Bench } from './bench.ts';
import { commitFleet, countsOf, type Fleet } from './fleet.ts';
import { countRequests, type RequestCounts } from './measure/requests.ts';
import { settle } from './measure/settle.ts';
import { type Inside, type Operator, type OperatorOptions, startOperator } from './operator.ts';
import type { World } from './world.ts';

/** Longest time for a fleet to be delivered: longer is a failure, not a measurement. */
const deadlineMs = 600_000;

/** What it cost to bring a fleet into an empty cluster. */
export interface Delivered {
  seconds: number;
  objects: number;
  /** Processor seconds of all processes of ours, until the last application is Synced. */
  cpu: number;
  /** Of kube-apiserver and etcd, until nothing is to be done any more. */
  serverCpu: number;
  peakBytes: number;
  requests: RequestCounts;
  inside: Inside;
}

export interface Running {
  world: World;
  operator: Operator;
  fleet: Fleet;
  commit: string;
}

/** A fresh world, and an operator in it that has nothing to deliver yet. */
export async function startEmpty(
  bench: Bench,
  options: OperatorOptions = {},
): Promise<Omit<Running, 'fleet' | 'commit'>> {
  const world = await bench.world();
  // What is not asked for does not happen meanwhile, unless the workload is about that.
  const operator = bench.stack.use(await startOperator(world, { interval: '10m', ...options }));
  return { world, operator };
}

/** A fresh world, with an operator that has delivered the fleet and has nothing to do. */
export async function startSynced(bench: Bench, fleet: Fleet, options: OperatorOptions = {}): Promise<Running> {
  bench.progress(`delivering ${fleet.applications} applications first`);
  const { world, operator } = await startEmpty(bench, options);
  const commit = await commitFleet(world.repo, fleet);
  await operator.refresh();
  await untilSynced(operator, fleet, commit);
  await settle();
  return { world, operator, fleet, commit };
}

/** From the push of the fleet's first commit until every object is there and every application is Synced. */
export async function deliver(world: World, operator: Operator, fleet: Fleet): Promise<Delivered & { commit: string }> {
  const objects = fleet.applications * fleet.objects;
  const commit = await commitFleet(world.repo, fleet);
  await settle(15_000);
  const counts = await startCounting(world.admin, fleet);
  const since = await mark(world.plane);
  await operator.tell('reset');
  const before = { cpu: operator.cpu(), serverCpu: world.serverCpu() };

  const began = performance.now();
  const refreshed = operator.refresh();
  await counts.untilAllThere(began);
  await untilSynced(operator, fleet, commit);
  const seconds = (performance.now() - began) / 1_000;
  const cpu = operator.cpu() - before.cpu;
  const inside = await operator.inside();
  await refreshed;
  await settle();
  const serverCpu = world.serverCpu() - before.serverCpu;
  const requests = await countRequests(world.plane, since, world.holdfast.user);
  return { seconds, objects, cpu, serverCpu, peakBytes: operator.peakBytes(), requests, inside, commit };
}

/** All applications are Synced at this commit. */
export async function untilSynced(operator: Operator, { applications }: Fleet, commit: string): Promise<void> {
  const began = performance.now();
  for (;;) {
    const synced = (await operator.list('limit=1&sync=Synced')).total;
    const behind = synced === applications ? await oneNotAt(operator, commit) : 'not Synced';
    if (behind === undefined) return;
    const spent = performance.now() - began;
    if (spent > deadlineMs)
      throw new Error(`${synced} of ${applications} applications are Synced; one that is not: ${behind}`);
    await delay(nextLook(spent, synced / applications));
  }
}

/** Page by page, as people look at them: a list of 10,000 in one piece would be what costs most memory. */
async function oneNotAt(operator: Operator, commit: string): Promise<string | undefined> {
  for (let after = ''; ; ) {
    const { items, next } = await operator.list(`limit=500&sort=name${after}`);
    const behind = items.find(({ sync }) => sync.status !== 'Synced' || sync.revision !== commit);
    if (behind !== undefined) return JSON.stringify(behind);
    if (next === undefined) return undefined;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

/** Whether all objects are there, asked of the API server by counts alone: neither the operator nor the controllers notice. */
async function startCounting(admin: KubeClient, fleet: Fleet) {
  const kinds = await Promise.all(
    [...countsOf(fleet)].map(async ([collection, more]) => ({
      collection,
      more,
      before: await countOf(admin, collection),
    })),
  );
  return {
    async untilAllThere(began: number): Promise<void> {
      for (const { collection, more, before } of kinds) {
        for (;;) {
          const there = (await countOf(admin, collection)) - before;
          if (there >= more) break;
          const spent = performance.now() - began;
          if (spent > deadlineMs)
            throw new Error(`after ${deadlineMs / 1_000} s there are ${there} of ${more} ${collection}`);
          await delay(nextLook(spent, there / more));
        }
      }
    },
  };
}

/**
 * Milliseconds until the next look at something that is done to this share. Looks cost those who are measured: so there are few
 * of them while the end is far away, by the pace so far, and the end is found within a hundredth of the time that it took.
 */
function nextLook(spent: number, share: number): number {
  const left = share > 0 ? (spent * (1 - share)) / share : spent;
  return Math.min(1_000, Math.max(10, spent * 0.01, left * 0.4));
}

export function countOf(admin: KubeClient, collection: string): Promise<number> {
  return countAt(admin, `${collection === 'deployments' ? '/apis/apps/v1' : '/api/v1'}/${collection}`);
}

async function countAt(admin: KubeClient, path: string): Promise<number> {
  const { status, body } = await admin.request('GET', `${path}?limit=1`);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return body.items.length + (body.metadata.remainingItemCount ?? 0);
}
