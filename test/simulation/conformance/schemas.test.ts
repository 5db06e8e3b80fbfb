import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { builtInKinds } from '../cluster/kinds.ts';
import { compactSchemas, type OpenApiDocument } from './openapi.ts';

/** `cluster/schemas.json` is written anew from what fails here. */
test("the model's schemas are those of the server", async () => {
  await using client = new KubeClient(await sharedControlPlane());
  const versions = new Set(
    builtInKinds.map(({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
  );
  const documents: OpenApiDocument[] = [];
  for (const version of versions) {
    const { body } = await client.request('GET', `/openapi/v3/${version}`);
    documents.push(typeof body === 'string' ? JSON.parse(body) : body);
  }
  const roots = builtInKinds.map(({ group, version, kind }) => `${group}/${version}/${kind}`);
  // That of a subresource.
  const compact = compactSchemas(documents, [...roots, 'autoscaling/v1/Scale']);
  const file = new URL('../cluster/schemas.json', import.meta.url);
  expect(compact).toEqual(JSON.parse(await readFile(file, 'utf8')));
});
