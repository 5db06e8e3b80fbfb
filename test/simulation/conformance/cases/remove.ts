import type { Case } from '../step.ts';
import { partial } from '../step.ts';
import {
  accounts,
  apply,
  configMaps,
  create,
  deploymentSpec,
  deployments,
  get,
  isGone,
  list,
  patch,
  put,
  remove,
  secrets,
  services,
} from './steps.ts';

const owner =
  (answer: number, blocks = false) =>
  (answers: readonly { body: { metadata: { uid: string } } }[]) => ({
    metadata: {
      name: 'child',
      ownerReferences: [
        {
          ...{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: answers[answer]!.body.metadata.uid },
          ...(blocks ? { blockOwnerDeletion: true } : {}),
        },
      ],
    },
  });

/** Deletions: preconditions, finalizers, and what goes along. */
export const removeCases: Case[] = [
  {
    name: 'what is deleted is gone',
    steps: [
      create(configMaps, 'a'),
      remove(configMaps, 'a'),
      get(configMaps, 'a'),
      remove(configMaps, 'a'),
      create(configMaps, 'a'),
      remove(configMaps, 'a', { propagationPolicy: 'Background' }, { accept: partial }),
    ],
  },
  {
    name: 'each kind answers a deletion in its way',
    steps: [
      create(secrets, 'a'),
      remove(secrets, 'a'),
      create(accounts, 'a'),
      remove(accounts, 'a'),
      create(services, 'a', { spec: { ports: [{ port: 80 }] } }),
      remove(services, 'a'),
    ],
  },
  {
    name: 'preconditions',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }),
      remove(configMaps, 'a', { preconditions: { uid: 'other' } }),
      remove(configMaps, 'a', { preconditions: { resourceVersion: '1' } }),
      {
        ...remove(configMaps, 'a'),
        body: answers => ({ preconditions: { uid: answers[0]!.body.metadata.uid, resourceVersion: '1' } }),
      },
      {
        ...remove(configMaps, 'a'),
        body: answers => ({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: answers[0]!.body.metadata.uid },
        }),
      },
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'a dry run deletes nothing',
    steps: [
      create(configMaps, 'a'),
      remove(configMaps, 'a', undefined, { query: '?dryRun=All' }),
      remove(configMaps, 'a', { dryRun: ['All'] }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'a finalizer holds',
    steps: [
      create(configMaps, 'a', { data: { k: 'v' } }, { finalizers: ['example.com/hold'] }),
      remove(configMaps, 'a'),
      remove(configMaps, 'a'),
      get(configMaps, 'a'),
      patch(configMaps, 'a', 'merge', { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } }),
      patch(configMaps, 'a', 'merge', { data: { k: 'w' } }),
      apply('holdfast', configMaps, 'a', { data: { k: 'x' } }),
      create(configMaps, 'a'),
      patch(configMaps, 'a', 'merge', { metadata: { finalizers: null } }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'a PUT that lets go deletes',
    steps: [
      create(configMaps, 'a', {}, { finalizers: ['example.com/hold'] }),
      remove(configMaps, 'a', { propagationPolicy: 'Background' }),
      put(configMaps, 'a', { data: { k: 'v' } }),
      get(configMaps, 'a'),
    ],
  },
  {
    name: 'dependents go with their owner',
    steps: [
      create(configMaps, 'owner'),
      { method: 'POST', path: configMaps.path, body: owner(0) },
      remove(configMaps, 'owner', { propagationPolicy: 'Background' }),
      { ...get(configMaps, 'child'), until: isGone },
    ],
  },
  {
    name: 'an owner in the foreground waits for its dependents',
    steps: [
      create(configMaps, 'owner'),
      { method: 'POST', path: configMaps.path, body: owner(0, true) },
      remove(configMaps, 'owner', { propagationPolicy: 'Foreground' }),
      { ...get(configMaps, 'child'), until: isGone },
      { ...get(configMaps, 'owner'), until: isGone },
    ],
  },
  {
    name: 'orphans stay, without an owner',
    steps: [
      create(configMaps, 'owner'),
      { method: 'POST', path: configMaps.path, body: owner(0) },
      remove(configMaps, 'owner', undefined, { query: '?propagationPolicy=Orphan' }),
      { ...get(configMaps, 'owner'), until: isGone },
      {
        ...get(configMaps, 'child'),
        until: ({ body }) => body.metadata?.ownerReferences === undefined,
        accept: 'application/json',
      },
    ],
  },
  {
    name: 'one whose owner was never there is garbage',
    steps: [
      {
        method: 'POST',
        path: configMaps.path,
        body: {
          metadata: {
            name: 'child',
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '00000000-dead-4000-8000-000000000000' },
            ],
          },
        },
      },
      { ...get(configMaps, 'child'), until: isGone },
    ],
  },
  {
    name: 'a finalizer of a dependent holds its owner in the foreground',
    steps: [
      create(configMaps, 'owner'),
      {
        method: 'POST',
        path: configMaps.path,
        body: answers => {
          const { metadata } = owner(0, true)(answers);
          return { metadata: { ...metadata, finalizers: ['example.com/hold'] } };
        },
      },
      remove(configMaps, 'owner', { propagationPolicy: 'Foreground' }),
      { ...get(configMaps, 'child'), until: ({ body }) => body.metadata?.deletionTimestamp !== undefined },
      get(configMaps, 'owner'),
      patch(configMaps, 'child', 'merge', { metadata: { finalizers: null } }),
      { ...get(configMaps, 'owner'), until: isGone },
    ],
  },
  {
    name: 'a Deployment takes its ReplicaSets along',
    steps: [
      create(deployments, 'web', deploymentSpec()),
      {
        ...list({ ...deployments, path: deployments.path.replace('deployments', 'replicasets') }),
        until: ({ body }) => body.items?.length === 1 && body.items[0].status.observedGeneration === 1,
      },
      remove(deployments, 'web', { propagationPolicy: 'Background' }),
      {
        ...list({ ...deployments, path: deployments.path.replace('deployments', 'replicasets') }),
        until: ({ body }) => body.items?.length === 0,
      },
    ],
  },
  {
    name: 'a collection',
    steps: [
      create(configMaps, 'a', {}, { labels: { x: '1' } }),
      create(configMaps, 'b', {}, { labels: { x: '2' } }),
      { method: 'DELETE', path: `${configMaps.path}?labelSelector=x%3D1` },
      list(configMaps, 'labelSelector=x'),
    ],
  },
];
