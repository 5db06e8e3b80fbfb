import type { Answer, Case, Step } from '../step.ts';
import { apply, configMaps, create, get, leases, object, patch, put, secrets } from './steps.ts';

/** A PUT of the object in the version that an earlier answer had. */
function putAt(step: Step, answer: number): Step {
  const { metadata, ...rest } = step.body as { metadata: object };
  const versionOf = (answers: readonly Answer[]) => answers[answer]!.body.metadata.resourceVersion;
  return { ...step, body: answers => ({ ...rest, metadata: { ...metadata, resourceVersion: versionOf(answers) } }) };
}

/** Writes of people and controllers: PUT, POST and patches, and whose fields they take. */
export const updateCases: Case[] = [
  {
    name: 'create, and create again',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }, { labels: { x: '1' }, annotations: { y: '2' } }),
      create(configMaps, 'a'),
      create(configMaps, 'b', {}, {}, { as: 'kubectl/v1.36 (linux/amd64)' }),
      create(configMaps, 'c', { data: { k: 'v' } }, {}, { query: '?fieldManager=somebody' }),
      create(configMaps, 'd', { data: { k: 'v' } }, {}, { query: '?dryRun=All' }),
      get(configMaps, 'd'),
      create(configMaps, 'e', {}, { resourceVersion: '5' }),
      create(configMaps, 'f', {}, { uid: 'made-up', generation: 7, creationTimestamp: '2020-01-01T00:00:00Z' }),
    ],
  },
  {
    name: 'names are made up where that is asked for',
    steps: [
      { method: 'POST', path: configMaps.path, body: { metadata: { generateName: 'some-' }, data: { k: 'v' } } },
      { method: 'POST', path: configMaps.path, body: { metadata: {} } },
    ],
  },
  {
    name: 'a PUT takes what it changes',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' } }),
      put(configMaps, 'a', { data: { k: 'changed', l: 'w' } }, { labels: { x: '1' } }),
      put(configMaps, 'a', { data: { k: 'changed', l: 'w' } }, { labels: { x: '1' } }),
      put(configMaps, 'a', { data: { k: 'changed' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' } }, { force: false }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' } }),
    ],
  },
  {
    name: 'a PUT in a version must meet it',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }),
      putAt(put(configMaps, 'a', { data: { k: 'w' } }), 0),
      putAt(put(configMaps, 'a', { data: { k: 'x' } }), 0),
      put(configMaps, 'a', { data: { k: 'y' } }, { uid: 'other' }),
      put(configMaps, 'b', { data: { k: 'y' } }),
      put(configMaps, 'a', { data: { k: 'z' } }, {}, { query: '?dryRun=All' }),
      { ...put(configMaps, 'a'), body: object(configMaps, 'b') },
      { ...put(configMaps, 'a'), body: { metadata: {} } },
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'several write one object',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }, {}, { as: 'one/1' }),
      patch(configMaps, 'a', 'merge', { data: { l: 'w' } }, { as: 'two/1' }),
      patch(configMaps, 'a', 'merge', { data: { k: null } }, { as: 'three/1' }),
      patch(configMaps, 'a', 'merge', { metadata: { labels: { x: '1' } } }, { as: 'two/1' }),
      patch(configMaps, 'a', 'merge', { data: { l: 'w' } }, { as: 'three/1' }),
      apply('holdfast', configMaps, 'a', { data: { l: 'w', k: 'v' } }),
      patch(configMaps, 'a', 'merge', { data: { l: 'x' } }, { as: 'holdfast/1' }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
    ],
  },
  {
    name: 'a merge patch',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' } }),
      patch(configMaps, 'a', 'merge', { data: { k: null, m: 'n' }, metadata: { labels: null } }),
      patch(configMaps, 'a', 'merge', {}),
      patch(configMaps, 'a', 'merge', { data: null }, { query: '?dryRun=All' }),
      patch(configMaps, 'a', 'merge', { metadata: { name: 'b' } }),
      patch(configMaps, 'a', 'merge', { metadata: { resourceVersion: '1' }, data: { k: 'x' } }),
      patch(configMaps, 'b', 'merge', { data: { k: 'x' } }),
    ],
  },
  {
    name: 'a JSON patch',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', 'l.m': 'w' } }, { annotations: { 'a/b': '1' } }),
      patch(configMaps, 'a', 'patch', [
        { op: 'test', path: '/data/k', value: 'v' },
        { op: 'replace', path: '/data/k', value: 'x' },
        { op: 'remove', path: '/data/l.m' },
        { op: 'add', path: '/metadata/labels', value: { y: '2' } },
        { op: 'remove', path: '/metadata/annotations/a~1b' },
      ]),
      patch(configMaps, 'a', 'patch', [{ op: 'test', path: '/data/k', value: 'v' }], { compare: 'reason' }),
      patch(configMaps, 'a', 'patch', [{ op: 'remove', path: '/data/nothing' }], { compare: 'reason' }),
      patch(configMaps, 'a', 'patch', [{ op: 'copy', from: '/data/k', path: '/data/c' }]),
      patch(configMaps, 'a', 'patch', [{ op: 'move', from: '/data/k', path: '/data/m' }]),
    ],
  },
  {
    name: 'a strategic merge patch',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }, { finalizers: ['example.com/a'] }),
      patch(configMaps, 'a', 'strategic', { data: { l: 'w', k: null } }),
      patch(configMaps, 'a', 'strategic', { metadata: { finalizers: ['example.com/b'] } }),
      patch(configMaps, 'a', 'merge', { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'unknown fields',
    steps: [
      create(configMaps, 'a', { dat: { k: 'v' } }),
      create(configMaps, 'b', { dat: { k: 'v' } }, {}, { query: '?fieldValidation=Strict', compare: 'reason' }),
      put(configMaps, 'a', { dat: { k: 'v' } }, {}, { query: '?fieldValidation=Strict', compare: 'reason' }),
      put(configMaps, 'a', { dat: { k: 'v' } }, {}, { query: '?fieldValidation=Ignore' }),
      create(configMaps, 'c', { data: { k: 1 } }, {}, { compare: 'reason' }),
      create(configMaps, 'c', { data: [] }, {}, { compare: 'reason' }),
      { method: 'POST', path: configMaps.path, body: '{"metadata', compare: 'reason' },
      { method: 'POST', path: configMaps.path, body: object(secrets, 'a'), compare: 'reason' },
    ],
  },
  {
    name: 'Secrets',
    steps: [
      create(secrets, 'a', { stringData: { k: 'v' }, data: { l: 'dw==' } }),
      put(secrets, 'a', { stringData: { k: 'w' } }),
      put(secrets, 'a', { type: 'kubernetes.io/other', data: {} }),
      patch(secrets, 'a', 'merge', { stringData: { m: 'n' } }),
      create(secrets, 'b', { type: 'example.com/own', data: { k: 'dg==' } }),
    ],
  },
  {
    name: 'what is immutable stays so',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' }, immutable: true }),
      patch(configMaps, 'a', 'merge', { data: { k: 'w' } }),
      patch(configMaps, 'a', 'merge', { immutable: null }),
      patch(configMaps, 'a', 'merge', { immutable: false, data: { k: 'w' } }),
      patch(configMaps, 'a', 'merge', { metadata: { labels: { x: '1' } } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'w' } }),
      create(secrets, 'a', { data: { k: 'dg==' }, immutable: true }),
      patch(secrets, 'a', 'merge', { data: { k: 'dw==' } }),
    ],
  },
  {
    name: 'Leases',
    steps: [
      create(leases, 'a', { spec: { holderIdentity: 'one', leaseDurationSeconds: 15 } }),
      putAt(put(leases, 'a', { spec: { holderIdentity: 'two', leaseDurationSeconds: 15, leaseTransitions: 1 } }), 0),
      putAt(put(leases, 'a', { spec: { holderIdentity: 'three', leaseDurationSeconds: 15 } }), 0),
      apply('holdfast', leases, 'a', { spec: { holderIdentity: 'four' } }, {}, { force: false }),
    ],
  },
];
