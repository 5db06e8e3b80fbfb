import type { Case } from '../step.ts';
import { partial, partialList } from '../step.ts';
import {
  configMaps,
  create,
  deployments,
  events,
  get,
  list,
  patch,
  put,
  remove,
  secrets,
  services,
  watch,
} from './steps.ts';

const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
const ours = 'labelSelector=ours';
const three = ['a', 'b', 'c'].map(name =>
  create(configMaps, name, { data: { k: name } }, { labels: { ours: '', n: name } }),
);

/** GET, lists and watches. */
export const readCases: Case[] = [
  {
    name: 'one object',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }),
      get(configMaps, 'a'),
      get(configMaps, 'a', { accept: partial }),
      get(configMaps, 'a', { query: '?resourceVersion=0' }),
      get(configMaps, 'b'),
      get(secrets, 'a'),
      get(deployments, 'a'),
    ],
  },
  {
    name: 'paths that are not served',
    steps: [
      { method: 'GET', path: '/api/v1/namespaces/$NS/things' },
      { method: 'GET', path: '/api/v1/namespaces/$NS/things/a' },
      { method: 'GET', path: '/apis/nowhere.example.com/v1/things' },
      { method: 'GET', path: '/apis/apps/v9/deployments' },
      { method: 'GET', path: '/api/v1/namespaces/$NS/configmaps/a/status' },
      { method: 'GET', path: '/nothing' },
      { method: 'GET', path: '/api/v1/namespaces/not-there/configmaps' },
      { method: 'GET', path: '/api/v1/namespaces/not-there/configmaps/a' },
      { method: 'POST', path: '/api/v1/configmaps', body: { metadata: { name: 'a' } } },
      { method: 'PUT', path: '/api/v1/namespaces/$NS/configmaps', body: { metadata: { name: 'a' } } },
      { method: 'POST', path: '/api/v1/namespaces/$NS/configmaps/a', body: { metadata: { name: 'a' } } },
    ],
  },
  {
    name: 'lists',
    steps: [
      ...three,
      create(configMaps, 'd', {}, { labels: { other: '' } }),
      list(configMaps, ours),
      list(configMaps, 'labelSelector=nobody'),
      list(configMaps, ours, { accept: partialList }),
      list(services),
      list(configMaps, 'labelSelector=n%3Da'),
      list(configMaps, 'labelSelector=ours,n%21%3Da'),
      list(configMaps, 'labelSelector=n%20in%20(a,c)'),
      list(configMaps, 'labelSelector=ours,n%20notin%20(a,c)'),
      list(configMaps, 'labelSelector=%21n,%21ours,other'),
      list(configMaps, 'labelSelector=n%3D%3Db'),
      list(configMaps, 'fieldSelector=metadata.name%3Db'),
      list(configMaps, 'labelSelector=a%20b', { compare: 'reason' }),
    ],
  },
  {
    name: 'lists by the page',
    steps: [
      ...three,
      list(configMaps, `${ours}&limit=2`),
      {
        method: 'GET',
        path: answers => `${configMaps.path}?${ours}&limit=2&continue=${answers[3]!.body.metadata.continue}`,
      },
      list(configMaps, 'limit=1', { accept: partialList }),
      remove(configMaps, 'c'),
      {
        method: 'GET',
        path: answers => `${configMaps.path}?${ours}&limit=2&continue=${answers[3]!.body.metadata.continue}`,
      },
      list(configMaps, 'continue=nonsense', { compare: 'reason' }),
    ],
  },
  {
    name: 'lists in a version',
    steps: [
      ...three,
      remove(configMaps, 'b'),
      list(configMaps, `${ours}&resourceVersion=0`),
      {
        method: 'GET',
        path: answers =>
          `${configMaps.path}?${ours}&resourceVersionMatch=Exact&resourceVersion=${answers[2]!.body.metadata.resourceVersion}`,
      },
      {
        method: 'GET',
        path: answers =>
          `${configMaps.path}?${ours}&resourceVersionMatch=NotOlderThan&resourceVersion=${answers[0]!.body.metadata.resourceVersion}`,
      },
      list(configMaps, `${ours}&resourceVersion=999999999`),
      list(configMaps, `${ours}&resourceVersionMatch=Exact`, { compare: 'reason' }),
      list(configMaps, `${ours}&resourceVersion=abc`, { compare: 'reason' }),
    ],
  },
  {
    name: 'a watch that begins with all there is',
    steps: [
      ...three.slice(0, 2),
      watch(configMaps, `${initial}&${ours}`),
      events(2, 3),
      create(configMaps, 'd', {}, { labels: { ours: '' } }),
      patch(configMaps, 'd', 'merge', { data: { k: 'v' } }),
      remove(configMaps, 'd'),
      events(2, 3),
    ],
  },
  {
    name: 'a watch of metadata',
    steps: [
      ...three.slice(0, 1),
      watch(configMaps, `${initial}&${ours}`, { accept: partial }),
      events(1, 2),
      patch(configMaps, 'a', 'merge', { data: { k: 'w' } }),
      remove(configMaps, 'a'),
      events(1, 2),
    ],
  },
  {
    name: 'what begins or ceases to match comes and goes',
    steps: [
      create(configMaps, 'a', {}, { labels: { ours: '' } }),
      create(configMaps, 'b'),
      watch(configMaps, `${initial}&${ours}`),
      events(2, 2),
      patch(configMaps, 'a', 'merge', { metadata: { labels: null } }),
      patch(configMaps, 'b', 'merge', { metadata: { labels: { ours: '' } } }),
      put(configMaps, 'a', { data: { k: 'v' } }),
      put(configMaps, 'b', { data: { k: 'v' } }),
      put(configMaps, 'a', { data: { k: 'w' } }, { labels: { ours: '1' } }),
      events(2, 4),
    ],
  },
  {
    name: 'a watch from a version',
    steps: [
      ...three,
      {
        method: 'WATCH',
        path: answers =>
          `${configMaps.path}?watch=1&allowWatchBookmarks=true&${ours}&resourceVersion=${answers[0]!.body.metadata.resourceVersion}`,
      },
      events(3, 2),
      remove(configMaps, 'a'),
      events(3, 1),
    ],
  },
  {
    name: 'a watch from any version',
    steps: [
      ...three.slice(0, 2),
      watch(configMaps, `${ours}&resourceVersion=0`),
      events(2, 2),
      watch(configMaps, ours),
      events(4, 2),
      watch(configMaps, `${ours}&fieldSelector=metadata.name%3Db`),
      events(6, 1),
    ],
  },
  {
    name: 'a watch of a finalized deletion',
    steps: [
      create(configMaps, 'a', {}, { labels: { ours: '' }, finalizers: ['example.com/hold'] }),
      watch(configMaps, `${initial}&${ours}`),
      remove(configMaps, 'a'),
      patch(configMaps, 'a', 'merge', { metadata: { finalizers: null } }),
      events(1, 4),
    ],
  },
  {
    name: 'a watch that is asked for wrongly',
    steps: [
      { ...watch(configMaps, 'sendInitialEvents=true'), compare: 'reason' },
      { ...watch(configMaps, 'resourceVersionMatch=NotOlderThan'), compare: 'reason' },
      { ...watch(configMaps, 'resourceVersion=abc'), compare: 'reason' },
      watch(configMaps, 'resourceVersion=1'),
      events(3, 1),
      watch({ ...configMaps, path: '/api/v1/namespaces/$NS/things' }, ''),
    ],
  },
];
