import { rm, writeFile } from 'node:fs/promises';
import { resource } from '../../../src/render/machine/procfile.ts';
import { dataReference } from '../../../src/sources/data-reference.ts';
import { blobId } from '../../../src/sources/object-id.ts';
import type { ContractFixture } from '../../../src/targets/contract.ts';
import { type FileSpec, machineBody } from '../../../src/targets/machine/spec.ts';
import { waitFor } from '../../world/wait.ts';
import { contextOf, startMachine } from '../machine/harness.ts';

export async function machineFixture(): Promise<ContractFixture & AsyncDisposable> {
  const machine = await startMachine();
  return {
    get target() {
      return machine.target;
    },
    context: contextOf,
    render(_application, name, text) {
      const path = `${machine.srv}/${name}`;
      const bytes = Buffer.from(`${text}\n`);
      const content = { id: blobId(bytes), reference: dataReference(path, bytes) };
      const spec: FileSpec = { path, type: 'file', mode: 0o644, exists: 'disallow', content };
      return resource('File', path, machineBody('File', path, { ...spec, content: content.id }, spec));
    },
    changeByHand: async ({ id }) => await writeFile(id.name, 'by hand'),
    deleteByHand: async ({ id }) => await rm(id.name),
    async restart() {
      await machine.target.close();
      await machine.reopen();
    },
    waitFor: async (what, ask) => void (await waitFor(what, ask)),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}
