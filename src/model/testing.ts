import { type Application, defaultPolicy, type SyncPolicy } from './application.ts';
import type { Applied, Desired, Live, ResourceOptions } from './resource.ts';
import { Body, parseResourceKey } from './resource.ts';

/** Small makers of plain data for unit tests. */
const options: ResourceOptions = {
  prune: 'allowed',
  delete: 'allowed',
  pruneLast: false,
  ignoreExtraneous: false,
  ignoreHealth: false,
};

export function desiredOf(key: string, change: Partial<Desired> & { hash?: string } = {}): Desired {
  const { hash = `hash of ${key}`, ...rest } = change;
  const body = new Body(hash, () => '{}');
  return { id: parseResourceKey(key), key, version: 'v1', body, phases: ['Sync'], wave: 0, rank: 0, options, ...rest };
}

export function liveOf(key: string, change: Partial<Live> & { prune?: ResourceOptions['prune'] } = {}): Live {
  const { prune = 'allowed', ...rest } = change;
  return {
    id: parseResourceKey(key),
    key,
    uid: `uid of ${key}`,
    owner: 'shop',
    fingerprint: `print of ${key}`,
    deleting: false,
    health: { status: 'Healthy', message: '' },
    options: { ...options, prune },
    wave: 0,
    rank: 0,
    createdAt: 0,
    ...rest,
  };
}

/** As if `desiredOf(key)` had been applied and became `liveOf(key)`. */
export function appliedOf(key: string, change: Partial<Applied> = {}): Applied {
  return { key, uid: `uid of ${key}`, hash: `hash of ${key}`, fingerprint: `print of ${key}`, ...change };
}

export function policyOf(change: Partial<SyncPolicy> = {}): SyncPolicy {
  return { ...defaultPolicy, ...change };
}

export function byKey<Item extends { key: string }>(...items: Item[]): Map<string, Item> {
  return new Map(items.map(item => [item.key, item]));
}

export function applicationOf(policy: Partial<SyncPolicy>, change: Partial<Application> = {}): Application {
  return {
    name: 'shop',
    project: 'default',
    sources: [],
    destination: { server: '', namespace: 'shop' },
    policy: policyOf(policy),
    ignoreDifferences: [],
    dependsOn: [],
    probes: [],
    historyLimit: 10,
    info: [],
    suspended: false,
    cascade: false,
    labels: {},
    conditions: [],
    origin: { kind: 'git', path: 'holdfast.yaml' },
    ...change,
  };
}
