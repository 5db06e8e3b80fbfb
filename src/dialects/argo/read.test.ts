import { expect, test } from 'vitest';
import { readArgoObjects } from './read.ts';

function application(name: unknown, destination: object = {}) {
  const spec = { source: { repoURL: 'https://h/r', path: 'a' }, destination };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, uid: 'u' },
    spec,
    status: { sync: {} },
  };
}

function read(objects: unknown[], servers: string[] = []) {
  return readArgoObjects(
    objects.map((object, i) => ({ path: `object ${i}`, object })),
    servers,
  );
}

test("objects of the cluster's API are read as files are", () => {
  const { applications, projects, problems, complete } = read([
    application('a'),
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'p' }, spec: { sourceRepos: ['*'] } },
  ]);
  expect(applications).toMatchObject([{ name: 'a', origin: { kind: 'cluster', path: 'object 0' }, conditions: [] }]);
  expect(projects).toMatchObject([{ name: 'p', sourceRepos: ['*'] }]);
  expect({ problems, complete }).toEqual({ problems: [], complete: true });
});

test('what is meant for another cluster is not delivered to this one', () => {
  const objects = [application('a', { server: 'https://other' }), application('b', { name: 'other' })];
  expect(read(objects).applications.map(({ conditions }) => conditions[0]?.level)).toEqual(['error', 'error']);
  expect(read(objects, ['https://other']).applications[0]).toMatchObject({
    conditions: [],
    destination: { server: '' },
  });
});

test('one name in two namespaces is nobody', () => {
  expect(read([application('a'), application('a')]).applications).toMatchObject([
    { name: 'a', conditions: [{ level: 'error' }] },
  ]);
});

test.each([null, 7, 'text', [], {}, { apiVersion: 'v1' }, application(7), { items: [null], kind: 'List' }])(
  '%j is a problem and no more',
  object => {
    const { applications, problems } = read([object, application('good')]);
    expect(applications).toMatchObject([{ name: 'good' }]);
    expect(problems).toHaveLength(1);
  },
);
