import type { Env } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';
import type { Probe } from '../../model/application.ts';
import { type Health, type Live, parseResourceKey, type ResourceKey } from '../../model/resource.ts';
import type { Observation, Target } from '../target.ts';
import { apply } from './apply.ts';
import { LiveCache } from './cache.ts';
import { check } from './check.ts';
import { ApiClient } from './client.ts';
import type { Connection } from './connection.ts';
import { contrast } from './contrast.ts';
import { ClusterDeclarations } from './declarations.ts';
import { Discovery, groupKind } from './discovery.ts';
import { eventsOf } from './events.ts';
import { identify } from './identify.ts';
import type { JqPaths } from './ignore.ts';
import { logs } from './logs.ts';
import { OwnedResources } from './owned.ts';
import { preview } from './preview.ts';
import { read, show } from './read.ts';
import { remove } from './remove.ts';
import { restart, restarts } from './restart.ts';
import { Tools } from './tools.ts';
import { Triggers } from './triggers.ts';
import { Watches } from './watches.ts';

/** Looks at declared probes, and calls back when the health of an application's changes. */
export interface Prober {
  watch(application: string, probes: readonly Probe[]): void;
  health(application: string): Health;
  close(): void;
}

export interface KubernetesTargetOptions {
  env: Env;
  connection: Connection;
  /** Holdfast's own, for the User-Agent. */
  version: string;
  /** Name of the environment: its marks are told from those of others in the same cluster. */
  environment?: string;
  jqPaths: JqPaths;
  probes(changed: (application: string) => void): Prober;
  /** How often everything is listed anew, ms. */
  relistMs?: number;
  /** Longest silence of a watch before it is begun anew, ms. */
  silenceMs?: number;
  /** Namespace of Argo CD's objects that declare applications, '' for all namespaces; undefined: they are not looked for. */
  declarations?: string;
}

/** A cluster: see docs and `Target`. */
export function createKubernetesTarget(options: KubernetesTargetOptions): Target {
  const { env, connection, version, jqPaths } = options;
  const silence = options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs };
  const client = new ApiClient({ env, connection, version, ...silence });
  const discovery = new Discovery(env, client);
  const cache = new LiveCache(options.environment);
  const relist = options.relistMs === undefined ? {} : { relistMs: options.relistMs };
  const watches = new Watches({ env, client, discovery, cache, ...relist });
  const triggers = new Triggers({ env, client, discovery, watches });
  const tools = new Tools({ env, client, discovery, watches, cache, jqPaths });
  const owned = new OwnedResources(tools);

  const probes = options.probes(application => cache.notify(application));
  const declarations =
    options.declarations === undefined
      ? undefined
      : new ClusterDeclarations({ env, client, discovery, namespace: options.declarations });

  function observe(application: string, keys: readonly ResourceKey[]): Observation {
    const live = new Map<ResourceKey, Live>();
    for (const key of [...cache.ownedBy(application), ...keys]) {
      const found = cache.get(key);
      if (found !== undefined) live.set(key, found);
    }
    const reason = doubts(keys) || watches.doubtAmong(live.keys());
    return { complete: reason === '', reason, live };
  }

  function doubts(keys: readonly ResourceKey[]): string {
    const reasons = new Map<string, string>();
    for (const key of keys) {
      const id = parseResourceKey(key);
      const name = groupKind(id);
      if (!reasons.has(name)) reasons.set(name, doubt(id));
    }
    return [...reasons.values()].filter(reason => reason !== '').join('; ');
  }

  function doubt(id: { group: string; kind: string }): string {
    const kind = discovery.find(id);
    if (kind !== undefined) return watches.doubt(kind);
    return discovery.isUnknownGroup(id.group) ? `the server behind the API group ${id.group} does not answer` : '';
  }

  return {
    kind: 'kubernetes',
    description: connection.description,
    rollsBack: false,
    server: connection.origin + connection.basePath,
    async start(signal) {
      // First to see whether anybody answers; again once no change can be missed, which mostly costs nothing.
      await firstContact(env, () => discovery.refresh(signal), signal);
      await triggers.start(signal);
      await discovery.refresh(signal);
      await watches.scan(signal);
      await declarations?.look();
      discovery.onChange(() => void declarations?.look());
    },
    async close() {
      declarations?.close();
      probes.close();
      triggers.close();
      watches.close();
      await client.close();
    },
    capabilities: signal => discovery.capabilities(signal),
    identify: (rendered, application, signal) =>
      identify(rendered, application, { discovery, watches, live: key => cache.get(key) }, signal),
    observe,
    lastSeen: uid => cache.lastSeen(uid),
    async cover(_application, desired, signal) {
      const kinds = desired.flatMap(({ id }) => discovery.find(id) ?? []);
      await watches.cover(new Set(kinds), signal);
    },
    onChange: listener => cache.onChange(listener),
    apply: (desired, live, context, signal) => apply(desired, live, context, tools, signal),
    async remove(live, options, signal) {
      const now = cache.get(live.key);
      if (now !== undefined && now.uid === live.uid && (now.owner === '' || now.owner !== live.owner))
        throw failure('K8S_CONFLICT', {
          request: `delete ${live.key}`,
          reason: `it no longer bears the mark of its application`,
        });
      await remove(live, options, tools, signal);
    },
    restarts,
    restart: (_, live, { permit }, signal) => restart(live, permit, tools, signal),
    removeOwned: (_, made, { permit }, signal) => remove(made, { propagation: 'background', permit }, tools, signal),
    preview: (desired, _live, context, signal) => preview(desired, context, tools, signal),
    read: (id, signal) => read(id, tools, signal),
    show,
    contrast,
    owned: (application, signal) => owned.of(application, signal),
    events: (_, id, signal) => eventsOf(id, tools, signal),
    probe: application => probes.health(application),
    watchProbes: (application, wanted) => probes.watch(application, wanted),
    logs: (application, resource, asked, signal) => logs(application, resource, asked, { tools, owned }, signal),
    owners: () => cache.owners(),
    ...(declarations === undefined ? {} : { declarations }),
    check: signal => check(tools, signal),
    state() {
      const { reachable, since, reason } = client.contact.state;
      const groups = discovery.unknownGroups().map(group => `the server behind the API group ${group} does not answer`);
      return {
        reachable,
        ...(since === undefined ? {} : { since }),
        problems: reachable ? [...watches.troubles(), ...groups] : [reason],
        watches: watches.size,
        resources: cache.size,
      };
    },
  };
}

/** An API server that has just started forbids everything until it has read its rules; one that means it says the same a little later. */
async function firstContact(env: Env, ask: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (asFailure(error).code !== 'K8S_FORBIDDEN' || left === 0) throw error;
      await env.timers.sleep(500, signal);
    }
  }
}
