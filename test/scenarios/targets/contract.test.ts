import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ContractFixture, contract } from '../../../src/targets/contract.ts';
import { kubernetesFixture } from './kubernetes.ts';
import { machineFixture } from './machine.ts';

/** Every target is asked the same questions. */
const targets: Record<string, () => Promise<ContractFixture & AsyncDisposable>> = {
  kubernetes: kubernetesFixture,
  machine: machineFixture,
};

describe.each(Object.entries(targets))('%s', (_name, start) => {
  let fixture: ContractFixture & AsyncDisposable;
  beforeAll(async () => {
    fixture = await start();
  });
  afterAll(async () => await fixture[Symbol.asyncDispose]());

  test.each(contract)('$question', async ({ ask }) => await ask(fixture));
});
