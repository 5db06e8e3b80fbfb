import type { Case } from '../step.ts';
import {
  accounts,
  apply,
  configMaps,
  create,
  exists,
  get,
  isGone,
  list,
  namespaces,
  patch,
  put,
  remove,
} from './steps.ts';

const away = { ...configMaps, path: '/api/v1/namespaces/$ID/configmaps' };
const furnished = [
  {
    ...get({ ...configMaps, path: away.path }, 'kube-root-ca.crt', { accept: 'application/json' }),
    until: exists,
    compare: 'outline' as const,
  },
  { ...get({ ...accounts, path: '/api/v1/namespaces/$ID/serviceaccounts' }, 'default'), until: exists },
];

/** Namespaces: what is always in them, and how they go. */
export const namespaceCases: Case[] = [
  {
    name: 'a namespace that is not there',
    steps: [
      create(away, 'a'),
      apply('holdfast', away, 'a'),
      apply('holdfast', away, 'a', { data: { k: 1 } }),
      apply('holdfast', away, 'a', {}, {}, { query: '&dryRun=All' }),
      put(away, 'a'),
      patch(away, 'a', 'merge', {}),
      remove(away, 'a'),
      list(away),
    ],
  },
  {
    name: 'a namespace is applied, furnished and deleted',
    steps: [
      apply('holdfast', namespaces, '$ID', {}, { labels: { x: '1' } }),
      ...furnished,
      apply('holdfast', namespaces, '$ID', {}, { labels: { x: '1' } }),
      apply('holdfast', namespaces, '$ID'),
      apply('holdfast', away, 'a', { data: { k: 'v' } }),
      remove(namespaces, '$ID', { propagationPolicy: 'Background' }),
      { ...get(namespaces, '$ID'), until: isGone },
      get(away, 'a'),
      list(away),
    ],
  },
  {
    name: 'a namespace that is going takes nothing new',
    steps: [
      create(namespaces, '$ID', {}, { annotations: { n: 'm' } }),
      ...furnished,
      create(away, 'held', {}, { finalizers: ['example.com/hold'] }),
      create(away, 'free'),
      remove(namespaces, '$ID'),
      { ...get(away, 'held'), until: ({ body }) => body.metadata?.deletionTimestamp !== undefined },
      { ...get(away, 'free'), until: isGone },
      create(away, 'late'),
      apply('holdfast', away, 'late'),
      apply('holdfast', away, 'held', { data: { k: 'v' } }),
      remove(namespaces, '$ID', undefined, { compare: 'outline' }),
      apply('holdfast', namespaces, '$ID', {}, { labels: { y: '2' } }, { compare: 'outline' }),
      create(namespaces, '$ID'),
      patch(away, 'held', 'merge', { metadata: { finalizers: null } }),
      { ...get(namespaces, '$ID'), until: isGone },
    ],
  },
  {
    name: 'what is always in a namespace comes back',
    steps: [
      remove(configMaps, 'kube-root-ca.crt', undefined, {}),
      { ...get(configMaps, 'kube-root-ca.crt'), until: exists, compare: 'outline' },
      remove(accounts, 'default'),
      { ...get(accounts, 'default'), until: exists },
    ],
  },
  {
    name: 'labels of a namespace',
    steps: [
      apply('holdfast', namespaces, '$ID'),
      ...furnished,
      patch(
        namespaces,
        '$ID',
        'merge',
        { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } },
        { compare: 'reason' },
      ),
      patch(namespaces, '$ID', 'merge', { metadata: { labels: null } }),
      patch(namespaces, '$ID', 'merge', { spec: { finalizers: [] } }),
      { method: 'POST', path: namespaces.path, body: { metadata: { name: 'Upper' } } },
      apply('holdfast', namespaces, '$ID', {}, {}, { query: '&dryRun=All' }),
      remove(namespaces, '$ID', undefined, { query: '?dryRun=All' }),
    ],
  },
];
