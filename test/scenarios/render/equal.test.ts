import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tree } from '../../../src/sources/tree.ts';
import { inputNames, loadInput, treeOf } from './inputs.ts';
import { asDelivered, byKey, documentsOf } from './meaning.ts';
import { renderForReal } from './real.ts';
import { manifestsOf, never, requestFor, type TestRenderer, testRenderer } from './renderer.ts';

const application = 'shop';
const names = await inputNames();

let renderer: TestRenderer;
beforeAll(async () => {
  renderer = await testRenderer();
}, 900_000);
afterAll(async () => await renderer[Symbol.asyncDispose]());

test('there are enough inputs to speak of', () => {
  expect(names.filter(name => /^(helm|kustomize)-/.test(name)).length).toBeGreaterThanOrEqual(40);
});

describe('what is rendered means the same as what the real tool prints', () => {
  test.for(names)('%s', async name => {
    const input = await loadInput(name);
    const refs = new Map<string, Tree>();
    for (const [ref, directory] of Object.entries(input.refs))
      refs.set(ref, await treeOf(`${input.directory}/${directory}`));
    const request = requestFor(input.tree, input.source, { refs });

    const result = await renderer.render(request, never);
    const expected = input.expect ?? documentsOf(await renderForReal(input, application, request.namespace));

    const delivered = (expected as Record<string, unknown>[]).map(manifest => asDelivered(manifest, application));
    expect(byKey(await manifestsOf(result))).toEqual(byKey(delivered));
    expect(result.resources.length).toBe(Object.keys(byKey(delivered)).length);
  });
});
