import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedControlPlane } from '../../world/shared.ts';
import { configMap, deployment, type Fixture, type Manifest, render, signal, startTarget } from './fixture.ts';

let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane());
});
afterAll(async () => await world[Symbol.asyncDispose]());

test.each(['..', '.', '../secrets/x', 'a/b', 'a%2Fb', 'x?dryRun=All', 'a b', ''])(
  'the name or namespace %j is refused',
  async name => {
    const inNamespace: Manifest = { ...configMap('x'), metadata: { name: 'x', namespace: name } };
    const manifests = [configMap(name), ...(name === '' ? [] : [inNamespace])];
    const rendered = manifests.map(manifest => render(manifest, world.application));
    const { desired, problems } = await world.target.identify(rendered, world.context(), signal);
    expect(desired).toEqual([]);
    expect(problems).toHaveLength(manifests.length);
  },
);

test('one resource declared in two ways is said, declared twice in one way is one', async () => {
  const twice = [configMap('twice'), configMap('twice')];
  const differently = [configMap('other'), configMap('other', { color: 'red' })];
  const rendered = [...twice, ...differently].map(manifest => render(manifest, world.application));
  const { desired, problems } = await world.target.identify(rendered, world.context(), signal);
  expect(desired.map(({ id }) => id.name)).toEqual(['twice', 'other']);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('more than once')]);
});

test('a version that is not served is named with those that are', async () => {
  const old = render({ ...deployment('old'), apiVersion: 'apps/v1beta1' }, world.application);
  const { problems } = await world.target.identify([old], world.context(), signal);
  expect(problems[0]?.message).toBe('the cluster does not serve Deployment as apps/v1beta1, but as apps/v1');
});

test('names of kinds that are properties of every object are no kinds', async () => {
  const odd = ['constructor', '__proto__', 'toString'].map(kind =>
    render({ ...configMap('x'), kind }, world.application),
  );
  const { desired, problems } = await world.target.identify(odd, world.context(), signal);
  expect(desired).toEqual([]);
  expect(problems).toHaveLength(3);
});

test('a huge manifest is refused by the server, and said so', async () => {
  const failure = await world
    .apply([configMap('huge', { value: 'x'.repeat(4_000_000) })])
    .catch((error: Error) => error);
  expect(failure).toMatchObject({ code: expect.stringMatching(/^K8S_/) });
  expect((failure as Error).message.length).toBeLessThan(2_000);
});
