import type { Case, Step } from '../step.ts';
import { partial } from '../step.ts';
import { apply, configMaps, create, get, list, object, patch, put, secrets, services } from './steps.ts';

const wait: Step = { method: 'WAIT', path: '' };
const labels = (values: Record<string, string>) => ({ labels: values });

/** Server-side apply of flat kinds: who owns what, and what goes. */
export const applyCases: Case[] = [
  {
    name: 'apply creates, and owns what it says',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, labels({ l: '1' })),
      get(configMaps, 'a'),
      apply('holdfast', configMaps, 'b', {}, { annotations: { n: 'x' } }),
      apply('holdfast', configMaps, 'c'),
      get(configMaps, 'c'),
    ],
  },
  {
    name: 'an apply that changes nothing keeps the version',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, {}, { force: false }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'the time of a manager is that of its last change',
    timed: true,
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      wait,
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('other', configMaps, 'a', { data: { k: 'v' } }, {}, { force: false }),
      wait,
      apply('holdfast', configMaps, 'a', { data: { k: 'w' } }),
      wait,
      patch(configMaps, 'a', 'merge', { data: { l: 'x' } }),
      wait,
      patch(configMaps, 'a', 'merge', { data: { l: 'x' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'w', l: 'x' } }),
      wait,
      apply('holdfast', configMaps, 'a', { data: { k: 'w' } }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'what is no longer applied goes',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, labels({ x: '1', y: '2' })),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, labels({ y: '2' })),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('holdfast', configMaps, 'a'),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'what somebody else owns, too, stays',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }),
      apply('other', configMaps, 'a', { data: { l: 'w' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('other', configMaps, 'a', {}),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'a conflict names the manager and the fields',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, labels({ x: '1' })),
      apply('other', configMaps, 'a', { data: { k: '2' } }, {}, { force: false }),
      apply('other', configMaps, 'a', { data: { k: '2', l: '3' } }, labels({ x: '2' }), { force: false }),
      apply('other', configMaps, 'a', { data: { k: 'v', m: 'n' } }, {}, { force: false }),
      apply('third', configMaps, 'a', { data: { k: '3', m: '4' } }, {}, { force: false }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'by force it takes the fields of others',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }),
      apply('other', configMaps, 'a', { data: { k: '2' } }),
      get(configMaps, 'a'),
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, {}, { force: false }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }),
    ],
  },
  {
    name: 'a conflict with somebody who updates says when and how',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', l: 'w' } }, labels({ x: '1' })),
      apply('holdfast', configMaps, 'a', { data: { k: '2' } }, {}, { force: false }),
      apply('holdfast', configMaps, 'a', { data: { k: '2' } }),
      apply('holdfast', configMaps, 'a', {}),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'two that apply the same own it together',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('other', configMaps, 'a', { data: { k: 'v' } }, {}, { force: false }),
      apply('other', configMaps, 'a', { data: { k: '2' } }, {}, { force: false }),
      apply('holdfast', configMaps, 'a', {}, {}),
      apply('other', configMaps, 'a', { data: { k: '2' } }, {}, { force: false }),
    ],
  },
  {
    name: 'apply adopts what was made by hand',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' }, annotations: { n: 'm' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, labels({ x: '1' })),
      apply('holdfast', configMaps, 'a', { data: { k: 'v', l: 'w' } }, { labels: { x: '1' }, annotations: { n: 'm' } }),
      apply('holdfast', configMaps, 'a', {}),
    ],
  },
  {
    name: 'finalizers are a set',
    steps: [
      apply('holdfast', configMaps, 'a', {}, { finalizers: ['example.com/a'] }),
      apply('other', configMaps, 'a', {}, { finalizers: ['example.com/b'] }),
      apply('holdfast', configMaps, 'a', {}),
      apply('other', configMaps, 'a', {}, { finalizers: [] }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'an apply answers metadata alone when asked for it',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, {}, { accept: partial }),
      get(configMaps, 'a', { accept: partial }),
    ],
  },
  {
    name: 'a dry run says what would be and leaves it',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, {}, { query: '&dryRun=All' }),
      get(configMaps, 'a'),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      apply('other', configMaps, 'a', { data: { k: 'w' } }, {}, { query: '&dryRun=All' }),
      apply('other', configMaps, 'a', { data: { k: 'w' } }, {}, { query: '&dryRun=All', force: false }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, {}, { query: '&dryRun=All' }),
      apply('holdfast', configMaps, 'a', {}, {}, { query: '&dryRun=All' }),
      get(configMaps, 'a'),
      apply('holdfast', configMaps, 'a', {}, {}, { query: '&dryRun=Some', compare: 'reason' }),
    ],
  },
  {
    name: 'an apply with an identity of its own must meet that object',
    steps: [
      apply('holdfast', configMaps, 'a', {}, { uid: 'other' }),
      apply('holdfast', configMaps, 'a'),
      apply('holdfast', configMaps, 'a', {}, { uid: 'other' }),
      apply('holdfast', configMaps, 'a', {}, { resourceVersion: '1' }),
      {
        ...apply('holdfast', configMaps, 'a'),
        body: answers => object(configMaps, 'a', { data: { k: 'v' } }, { uid: answers[1]!.body.metadata.uid }),
      },
      {
        ...apply('holdfast', configMaps, 'a'),
        body: answers =>
          object(configMaps, 'a', { data: { k: 'w' } }, { resourceVersion: answers[4]!.body.metadata.resourceVersion }),
      },
      {
        ...apply('holdfast', configMaps, 'a'),
        body: answers =>
          object(configMaps, 'a', { data: { k: 'x' } }, { resourceVersion: answers[4]!.body.metadata.resourceVersion }),
      },
    ],
  },
  {
    name: 'an apply that cannot be understood is refused',
    steps: [
      { method: 'PATCH', path: `${configMaps.path}/a`, type: 'apply', body: object(configMaps, 'a') },
      apply('holdfast', configMaps, 'a', { dat: { k: 'v' } }),
      apply('holdfast', configMaps, 'a', { dat: { k: 'v' } }, {}, { query: '&fieldValidation=Strict' }),
      apply('holdfast', configMaps, 'a', { data: { k: 1 } }),
      apply('holdfast', configMaps, 'a', { data: [] }),
      apply('holdfast', configMaps, 'a', { data: 'x' }),
      apply('holdfast', configMaps, 'a', {}, { managedFields: [{ manager: 'x' }] }),
      { ...apply('holdfast', configMaps, 'a'), body: { ...object(configMaps, 'a'), apiVersion: 'v2' } },
      { ...apply('holdfast', configMaps, 'a'), body: object(configMaps, 'b') },
      { ...apply('holdfast', configMaps, 'a'), body: { apiVersion: 'v1', metadata: { name: 'a' } }, compare: 'reason' },
      { ...apply('holdfast', configMaps, 'a'), body: '{', compare: 'reason' },
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'an apply may be YAML',
    steps: [
      {
        ...apply('holdfast', configMaps, 'a'),
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v\n',
      },
    ],
  },
  {
    name: 'an apply without a name takes that of the address',
    steps: [{ ...apply('holdfast', configMaps, 'a'), body: { apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } } }],
  },
  {
    name: 'null values are fields, too',
    steps: [
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, { annotations: null, labels: { x: '1' } }),
      apply('holdfast', configMaps, 'a', { data: null }, {}),
      apply('holdfast', configMaps, 'b', { data: {} }, { labels: {} }),
      get(configMaps, 'b'),
    ],
  },
  {
    name: 'Secrets are applied by key',
    steps: [
      apply('holdfast', secrets, 'a', { data: { k: 'dg==' } }),
      apply('holdfast', secrets, 'a', { data: { k: 'dg==', l: 'dw==' } }),
      apply('other', secrets, 'a', { data: { l: 'eA==' } }, {}, { force: false }),
      apply('holdfast', secrets, 'a', { data: { l: 'dw==' }, type: 'Opaque' }),
      get(secrets, 'a'),
      apply('holdfast', secrets, 'b', { stringData: { k: 'v' } }),
      apply('holdfast', secrets, 'b', { stringData: { k: 'w' } }),
    ],
  },
  {
    name: 'ports of Services are items by port and protocol',
    steps: [
      apply('holdfast', services, 'a', { spec: { ports: [{ port: 80 }], selector: { app: 'web' } } }),
      apply('holdfast', services, 'a', {
        spec: {
          ports: [
            { port: 80, name: 'http' },
            { port: 443, name: 'https', targetPort: 8443 },
          ],
        },
      }),
      apply('other', services, 'a', { spec: { ports: [{ port: 443, name: 'tls' }] } }, {}, { force: false }),
      apply('other', services, 'a', { spec: { ports: [{ port: 53, protocol: 'UDP', name: 'dns' }] } }),
      apply('holdfast', services, 'a', { spec: { ports: [{ port: 80, name: 'http' }] } }),
      get(services, 'a'),
      list(services),
    ],
  },
  {
    name: 'who is not tracked owns nothing until somebody applies',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }),
      put(configMaps, 'a', { data: { k: 'v' } }, { managedFields: [{}] }),
      put(configMaps, 'a', { data: { k: 'w' } }),
      apply('holdfast', configMaps, 'a', { data: { l: 'x' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'x' } }, {}, { force: false }),
    ],
  },
  {
    name: 'what nobody owns stays beside what goes',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', l: 'w' } }, { annotations: { x: '1', y: '2' } }),
      patch(configMaps, 'a', 'patch', answers => [
        {
          op: 'replace',
          path: '/metadata/managedFields',
          value: [
            {
              ...answers[0]!.body.metadata.managedFields[0],
              ...{ manager: 'holdfast', operation: 'Apply' },
              fieldsV1: { 'f:data': { 'f:k': {} }, 'f:metadata': { 'f:annotations': { 'f:x': {} } } },
            },
          ],
        },
      ]),
      apply('holdfast', configMaps, 'a', {}),
    ],
  },
  {
    name: 'a manager may be changed by hand',
    steps: [
      create(configMaps, 'a', { data: { k: 'v', l: 'w' } }),
      patch(configMaps, 'a', 'patch', answers => [
        {
          op: 'replace',
          path: '/metadata/managedFields',
          value: [{ ...answers[0]!.body.metadata.managedFields[0], manager: 'holdfast', operation: 'Apply' }],
        },
        { op: 'replace', path: '/metadata/resourceVersion', value: answers[0]!.body.metadata.resourceVersion },
      ]),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }),
      patch(configMaps, 'a', 'patch', answers => [
        { op: 'replace', path: '/metadata/resourceVersion', value: answers[0]!.body.metadata.resourceVersion },
      ]),
    ],
  },
];
