import type { ContractFixture } from '../../../src/targets/contract.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, render, startTarget } from '../kubernetes/fixture.ts';

export async function kubernetesFixture(): Promise<ContractFixture & AsyncDisposable> {
  const access = await sharedControlPlane();
  const world = await startTarget(access);
  let current = world;
  const reference = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name });
  return {
    get target() {
      return current.target;
    },
    context: application => ({ ...world.context(), application }),
    render: (application, name, content) => render(configMap(name, { content }), application),
    changeByHand: async ({ id }) =>
      void (await world.admin.patch(reference(id.name), { data: { content: 'by hand' } })),
    deleteByHand: async ({ id }) => await world.admin.delete(reference(id.name)),
    async restart() {
      await current.target.close();
      current = await startTarget(access);
    },
    waitFor: async (what, ask) => void (await waitFor(what, ask)),
    async [Symbol.asyncDispose]() {
      await current.target.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
