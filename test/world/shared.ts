import { inject } from 'vitest';
import type { Access } from './access.ts';

/**
 * The control plane that all scenarios of a run share; the first call starts it. Use namespaces and names of your own.
 * A test that stops, restarts or wipes a control plane starts its own with `startControlPlane`.
 */
export async function sharedControlPlane(): Promise<Access> {
  const response = await fetch(inject('world').controlPlaneUrl);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Access;
}

/** The paths of the real `helm`, `kustomize` and `controlplane` (whose first argument can be `kubectl`). */
export function realPrograms(): { helm: string; kustomize: string; controlplane: string } {
  const { helm, kustomize, controlplane } = inject('world');
  return { helm, kustomize, controlplane };
}
