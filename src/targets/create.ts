import { join, resolve } from 'node:path';
import type { Env } from '../env/env.ts';
import type { JqPaths } from './kubernetes/ignore.ts';
import { inClusterConnection, isInCluster } from './kubernetes/in-cluster.ts';
import { defaultKubeconfig, kubeconfigConnection } from './kubernetes/kubeconfig.ts';
import { createKubernetesTarget } from './kubernetes/target.ts';
import { createMachineTarget } from './machine/target.ts';
import { createProbes } from './probes.ts';
import type { Target } from './target.ts';

/** A manifest without secret values, where there is no target to show it. */
export { masked as maskedManifest } from './kubernetes/mask.ts';

/** What is said about the target, in the operator's configuration or in holdfast.yaml. */
export type TargetSettings =
  | { kind: 'kubernetes'; kubeconfig?: string; context?: string; applications?: string }
  | { kind: 'machine'; root?: string; allowedRoots?: readonly string[] };

export interface TargetParts {
  env: Env;
  /** Absolute. */
  dataDirectory: string;
  /** Of the environment. */
  name: string;
  version: string;
  jqPaths: JqPaths;
}

type Makers = {
  [Kind in TargetSettings['kind']]: (
    parts: TargetParts,
    settings: Extract<TargetSettings, { kind: Kind }>,
  ) => Promise<Target>;
};

const makers = {
  kubernetes: async (parts, { kubeconfig, context, applications }) => {
    const { env, version, jqPaths, name: environment } = parts;
    const useOwn = kubeconfig === undefined && context === undefined && isInCluster(env);
    const path = kubeconfig ?? defaultKubeconfig(env);
    const connection = useOwn
      ? await inClusterConnection(env)
      : await kubeconfigConnection(env, { path, context, trusted: true });
    const declarations = applications === undefined ? {} : { declarations: applications };
    // Seen from where Holdfast runs. There are no processes of its own to look at.
    const probes = (changed: (application: string) => void) => createProbes({ env, services: () => [], changed });
    return createKubernetesTarget({ env, connection, version, environment, jqPaths, probes, ...declarations });
  },
  machine: async ({ env, dataDirectory, name }, { root, allowedRoots = [] }) => {
    const home = resolve(root ?? join(dataDirectory, 'machine'));
    const roots = allowedRoots.length === 0 ? [home] : allowedRoots;
    return createMachineTarget({
      env,
      name,
      root: home,
      stateDirectory: join(dataDirectory, 'machine-state'),
      allowedRoots: roots,
    });
  },
} satisfies Makers;

/** Every kind of target there is; adding one is adding a row here (docs/adding-a-target.md). */
export function createTarget(parts: TargetParts, settings: TargetSettings): Promise<Target> {
  return settings.kind === 'kubernetes' ? makers.kubernetes(parts, settings) : makers.machine(parts, settings);
}
