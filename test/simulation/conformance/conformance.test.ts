import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniqueName } from '../../world/cluster.ts';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { cases } from './cases/all.ts';
import { modelSide } from './model-side.ts';
import { normalize } from './normalize.ts';
import { realSide } from './real-side.ts';
import { runCase } from './run.ts';
import type { Case, Side } from './step.ts';

let plane: ControlPlane;
let real: Side & Disposable;
const model = modelSide();

beforeAll(async () => {
  plane = await startControlPlane();
  // What its first server remembers may reach back to revision 1 or not, as it happened to start.
  await plane.restart();
  real = realSide(plane);
});

afterAll(async () => {
  real?.[Symbol.dispose]();
  await plane?.stop();
});

test('there are enough exchanges', () => {
  const count = cases.reduce((sum, { steps }) => sum + steps.length, 0);
  console.info(`${cases.length} cases, ${count} exchanges`);
  expect(count).toBeGreaterThanOrEqual(250);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test.concurrent.each(cases)('$name', async each => {
  const [expected, got] = await Promise.all([carryOut(each, real), carryOut(each, model)]);
  expect(got).toEqual(expected);
});

async function carryOut(each: Case, side: Side) {
  const id = uniqueName('case');
  const namespace = `${id}-ns`;
  const path = '/api/v1/namespaces';
  const headers = { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'setup/1.0' };
  const body = JSON.stringify({ metadata: { name: namespace } });
  await side.send({ method: 'POST', path, headers, body });
  for (const left of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'])
    for (let i = 0; i < 400; i++) {
      const found = await side.send({ method: 'GET', path: `${path}/${namespace}/${left}`, headers, body: undefined });
      if (found.status === 200) break;
      await side.pass();
    }
  const answers = await runCase(each, side, { namespace, id });
  await side.send({ method: 'DELETE', path: `${path}/${namespace}`, headers, body: undefined });
  return normalize(each, answers, { [namespace]: 'NS', [id]: 'ID' });
}
