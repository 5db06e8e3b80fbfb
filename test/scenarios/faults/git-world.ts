import { mark } from '../../world/audit.ts';
import type { LoggedRequest } from '../../world/http-server.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf } from '../delivery/setup.ts';

const spares = 30;

/** One application of a ConfigMap `a` with a colour, and of others to be changed by hand: each once, since who fights is healed ever more rarely. */
export const oneMap = (name: string): Record<string, string> => ({
  'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
  'app/a.json': configMap('a', { color: 'red' }),
  ...Object.fromEntries(
    Array.from({ length: spares }, (_, i) => [`app/spare-${i}.json`, configMap(`spare-${i}`, { by: 'Git' })]),
  ),
});

export const painted = (color: string) => ({ 'app/a.json': configMap('a', { color }) });

export async function colourOf({ kube, name }: Delivery): Promise<string | undefined> {
  return (await reader(kube, name)('ConfigMap', 'a'))?.data.color;
}

export function problemsOf({ test }: Delivery): string {
  return test.operator.environment().problems.join('\n');
}

const healed = new WeakMap<Delivery, number>();

/** Changes a ConfigMap by hand, waits until it is as it was, and answers the one write that this takes. */
export async function untilHealed(delivery: Delivery): Promise<string> {
  const { kube, name: namespace } = delivery;
  const number = healed.get(delivery) ?? 0;
  healed.set(delivery, number + 1);
  const name = `spare-${number}`;
  await kube.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, { data: { by: 'hand' } });
  const by = async () => (await reader(kube, namespace)('ConfigMap', name))?.data.by;
  await waitFor('the repair', async () => (await by()) === 'Git');
  return `patch configmaps/${name}`;
}

/** What was written since it was called: `patch configmaps/a`. */
export async function countWrites({ access, name }: Delivery): Promise<() => Promise<string[]>> {
  const since = await mark(access);
  return () => writesIn(access, since, name);
}

/** Requests for packs, of Holdfast itself and of the git program that it leaves them to. */
export function isFetch({ method, headers }: LoggedRequest): boolean {
  return method === 'POST' && !headers['user-agent']?.includes('(holdfast)');
}
