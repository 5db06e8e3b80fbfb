import type { Case } from '../step.ts';
import { apply, configMaps, create, get, patch, put, secrets, services } from './steps.ts';

const port = { ports: [{ port: 80 }] };

/** What is refused, and in which words. */
export const validationCases: Case[] = [
  {
    name: 'names',
    steps: [
      create(configMaps, 'Upper'),
      create(configMaps, 'under_score'),
      create(configMaps, '-dash'),
      create(configMaps, 'a.b-c.d'),
      create(configMaps, 'x'.repeat(254)),
      create(services, 'a.b', { spec: port }),
      create(services, '1a', { spec: port }),
      apply('holdfast', configMaps, 'Upper'),
    ],
  },
  {
    name: 'labels and annotations',
    steps: [
      create(configMaps, 'a', {}, { labels: { x: 'not ok' } }),
      create(configMaps, 'a', {}, { labels: { x: 'l'.repeat(64) } }),
      create(configMaps, 'a', {}, { labels: { 'not ok': 'x' } }, { compare: 'reason' }),
      create(configMaps, 'a', {}, { annotations: { 'not ok': 'x' } }, { compare: 'reason' }),
      create(configMaps, 'a', {}, { labels: { x: 1 } }, { compare: 'reason' }),
      create(configMaps, 'a', {}, { labels: { 'example.com/x': '' } }),
    ],
  },
  {
    name: 'keys of data',
    steps: [
      create(configMaps, 'a', { data: { 'not ok': 'x' } }),
      create(configMaps, 'a', { data: { 'a/b': 'x' } }),
      create(secrets, 'a', { data: { 'not ok': 'eA==' } }),
      create(secrets, 'a', { data: { k: 'not base64!' } }, {}, { compare: 'reason' }),
      create(secrets, 'b', { type: 'kubernetes.io/tls', data: {} }, {}, { compare: 'reason' }),
    ],
  },
  {
    name: 'Services',
    steps: [
      create(services, 'a', { spec: {} }),
      create(services, 'a', { spec: { ports: [{ port: 80 }, { port: 81 }] } }),
      create(services, 'a', { spec: { clusterIP: 'None', ...port } }),
      create(services, 'b', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
      create(services, 'c', { spec: { ...port, sessionAffinity: 'None', selector: { app: 'web' } } }),
      put(services, 'c', { spec: { ...port, selector: { app: 'other' } } }),
      patch(services, 'c', 'merge', { spec: { clusterIP: '10.96.250.250' } }, { compare: 'reason' }),
      patch(services, 'c', 'merge', { spec: { publishNotReadyAddresses: false } }),
      get(services, 'c'),
    ],
  },
  {
    name: 'types of patches',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }),
      { ...patch(configMaps, 'a', 'json', { data: { k: 'w' } }), compare: 'reason' },
      patch(configMaps, 'a', 'patch', { data: { k: 'w' } }, { compare: 'reason' }),
      patch(configMaps, 'a', 'merge', [{ op: 'remove', path: '/data' }], { compare: 'reason' }),
      patch(configMaps, 'a', 'merge', { kind: 'Secret' }, { compare: 'reason' }),
      patch(configMaps, 'a', 'merge', { nonsense: true }),
      patch(configMaps, 'a', 'merge', { nonsense: true }, { query: '?fieldValidation=Strict', compare: 'reason' }),
      patch(configMaps, 'a', 'merge', { data: { k: 5 } }, { compare: 'reason' }),
    ],
  },
  {
    name: 'another namespace than that of the address',
    steps: [
      create(configMaps, 'a', {}, { namespace: 'default' }),
      create(configMaps, 'a', {}, { namespace: '$NS' }),
      apply('holdfast', configMaps, 'a', { data: { k: 'v' } }, { namespace: '$NS' }),
      apply('holdfast', configMaps, 'a', {}, { namespace: 'default' }),
      put(configMaps, 'a', {}, { namespace: 'default' }),
    ],
  },
];
