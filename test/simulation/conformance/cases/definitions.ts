import { builtInKinds } from '../../cluster/kinds.ts';
import type { Case } from '../step.ts';
import { partial } from '../step.ts';
import { apply, create, definitions, events, exists, get, isGone, list, patch, put, remove, watch } from './steps.ts';

type Fields = Record<string, unknown>;

const group = '$ID.example.com';
export const widgets = { apiVersion: `${group}/v1`, kind: 'Widget', path: `/apis/${group}/v1/namespaces/$NS/widgets` };
const gadgets = { apiVersion: `${group}/v1`, kind: 'Widget', path: `/apis/${group}/v1/widgets` };
const name = `widgets.${group}`;

const spec = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    mode: { type: 'string' },
    parts: {
      ...{ type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, value: { type: 'string' } },
      },
    },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    steps: { type: 'array', items: { type: 'string' } },
    options: { type: 'object', additionalProperties: { type: 'string' } },
    whole: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function definition(scope: 'Namespaced' | 'Cluster' = 'Namespaced', version: Fields = {}): Fields {
  return {
    spec: {
      ...{ group, scope, names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] } },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true, subresources: { status: {} } },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
          ...version,
        },
      ],
    },
  };
}

const isEstablished = ({ body }: { body: { status?: { conditions?: { type: string; status: string }[] } } }) =>
  body.status?.conditions?.some(each => each.type === 'Established' && each.status === 'True') === true;

/** Defined, and served. */
export const defined = (fields: Fields = definition(), where = widgets) => [
  apply('holdfast', definitions, name, fields),
  { ...get(definitions, name), until: isEstablished, pick: () => 'established' },
  { ...list(where), until: exists, pick: () => 'served' },
];
export const undefinedAgain = [
  remove(definitions, name, undefined, { compare: 'outline' }),
  { ...get(definitions, name), until: isGone },
];

const discoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const served = new Set(builtInKinds.map(kind => `${kind.group}/${kind.version}/${kind.plural}`));

/** Of the kinds that the model has, what discovery says. */
// biome-ignore lint/suspicious/noExplicitAny: a document of the server
function ofOurKinds(body: any): unknown {
  return body.items
    .flatMap(
      (
        item: Fields & { metadata: { name?: string }; versions: (Fields & { version: string; resources: Fields[] })[] },
      ) =>
        item.versions.flatMap(({ version, resources, freshness }) =>
          resources
            .filter(({ resource }) => served.has(`${item.metadata.name ?? ''}/${version}/${resource}`))
            .map(resource => ({ ...resource, freshness, subresources: known(resource) })),
        ),
    )
    .toSorted((a: { resource: string }, b: { resource: string }) => (a.resource < b.resource ? -1 : 1));
}

/** Without those that the model does not have. */
function known({ subresources }: Fields): unknown {
  if (!Array.isArray(subresources)) return undefined;
  const left = subresources.filter(({ subresource }) => ['status', 'scale', 'finalize'].includes(subresource));
  return left.length === 0 ? undefined : left;
}

const hasOurs = ({ items }: { items: object[] }): boolean => JSON.stringify(items).includes('"widgets"');

/** CustomResourceDefinitions, what they define, and discovery. */
export const definitionCases: Case[] = [
  {
    name: 'a definition is established, served and goes with what it defines',
    steps: [
      apply('holdfast', definitions, name, definition()),
      { ...get(definitions, name), until: isEstablished },
      { ...list(widgets), until: exists },
      apply('holdfast', widgets, 'a', { spec: { size: 1 } }),
      apply('holdfast', definitions, name, definition()),
      remove(definitions, name, { propagationPolicy: 'Background' }, { compare: 'outline' }),
      { ...get(definitions, name), until: isGone },
      { ...list(widgets), until: isGone },
    ],
  },
  {
    name: 'custom resources are applied',
    steps: [
      ...defined(),
      apply('holdfast', widgets, 'a', {
        spec: {
          ...{ size: 1, tags: ['x', 'y'], steps: ['1', '2'], options: { o: 'p' }, whole: { a: '1' } },
          ...{ parts: [{ name: 'a', value: '1' }, { name: 'b' }], free: { any: { thing: [1, { x: 2 }] } } },
        },
      }),
      apply(
        'other',
        widgets,
        'a',
        { spec: { tags: ['z'], parts: [{ name: 'c' }], options: { q: 'r' } } },
        {},
        { force: false },
      ),
      apply('other', widgets, 'a', { spec: { whole: { b: '2' }, steps: ['3'] } }, {}, { force: false }),
      apply('holdfast', widgets, 'a', {
        spec: { size: 1, tags: ['x'], parts: [{ name: 'a', value: '2' }], free: { any: { thing: [1] } } },
      }),
      apply('holdfast', widgets, 'a', { spec: { size: 1 } }),
      apply('other', widgets, 'a'),
      apply('holdfast', widgets, 'a', { spec: { size: 1 } }),
      get(widgets, 'a'),
      get(widgets, 'a', { accept: partial }),
      list(widgets),
      ...undefinedAgain,
    ],
  },
  {
    name: 'custom resources are created and changed',
    steps: [
      ...defined(),
      create(
        widgets,
        'a',
        { spec: { size: 1, parts: [{ name: 'a', value: '1' }] }, status: { phase: 'Ready' } },
        { labels: { x: '1' } },
      ),
      patch(widgets, 'a', 'merge', { spec: { size: 2 }, status: { phase: 'Ready' } }),
      patch(widgets, 'a', 'merge', { spec: { size: 2 } }),
      patch(widgets, 'a/status', 'merge', {
        spec: { size: 5 },
        status: { phase: 'Ready', n: 1 },
        metadata: { labels: { y: '2' } },
      }),
      patch(widgets, 'a', 'merge', { metadata: { annotations: { n: 'm' } } }),
      patch(widgets, 'a', 'strategic', { spec: { size: 3 } }, { compare: 'reason' }),
      put(widgets, 'a', { spec: { size: 3 } }, {}, { compare: 'reason' }),
      {
        ...put(widgets, 'a'),
        body: answers => ({
          ...{ apiVersion: widgets.apiVersion, kind: 'Widget', spec: { size: 4 } },
          metadata: { name: 'a', resourceVersion: answers[7]!.body.metadata.resourceVersion },
        }),
      },
      remove(widgets, 'a'),
      ...undefinedAgain,
    ],
  },
  {
    name: 'what a custom resource may be',
    steps: [
      ...defined(),
      create(widgets, 'a', { spec: { size: 1, nonsense: true } }),
      create(widgets, 'b', { spec: { nonsense: true } }, {}, { query: '?fieldValidation=Strict', compare: 'reason' }),
      apply('holdfast', widgets, 'c', { spec: { nonsense: true } }),
      apply('holdfast', widgets, 'c', { spec: { size: 'large' } }),
      create(widgets, 'c', { spec: { size: 'large' } }, {}, { compare: 'reason' }),
      create(widgets, 'Upper', {}, {}, { compare: 'reason' }),
      apply('holdfast', widgets, 'd'),
      apply('holdfast', widgets, 'd', { spec: { parts: [{ value: '1' }] } }, {}, { compare: 'reason' }),
      { method: 'GET', path: `/apis/${group}/v1/namespaces/$NS/others` },
      { method: 'GET', path: `/apis/${group}/v2/namespaces/$NS/widgets` },
      ...undefinedAgain,
    ],
  },
  {
    name: 'a definition without status, for the whole cluster',
    steps: [
      ...defined(definition('Cluster', { subresources: undefined }), gadgets),
      create(gadgets, 'a', { spec: { size: 1 }, status: { phase: 'Ready' } }),
      apply('holdfast', gadgets, 'a', { spec: { size: 2 }, status: { phase: 'Gone' } }),
      { method: 'GET', path: `${gadgets.path}/a/status` },
      list(gadgets),
      watch(gadgets, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'),
      events(7, 2),
      remove(gadgets, 'a'),
      events(7, 1),
      ...undefinedAgain,
    ],
  },
  {
    name: 'two versions of one definition',
    steps: [
      ...defined({
        spec: {
          ...(definition().spec as Fields),
          versions: ['v1', 'v2'].map(version => ({
            ...{ name: version, served: true, storage: version === 'v1', subresources: { status: {} } },
            schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
          })),
        },
      }),
      { ...list({ ...widgets, path: widgets.path.replace('/v1/', '/v2/') }), until: exists, pick: () => 'served' },
      apply('holdfast', widgets, 'a', { spec: { size: 1 } }),
      get({ ...widgets, path: widgets.path.replace('/v1/', '/v2/') }, 'a'),
      apply('other', { ...widgets, apiVersion: `${group}/v2`, path: widgets.path.replace('/v1/', '/v2/') }, 'a', {
        spec: { mode: 'x' },
      }),
      get(widgets, 'a'),
      ...undefinedAgain,
    ],
  },
  {
    name: 'discovery says what is served',
    steps: [
      { method: 'GET', path: '/api', accept: discoveryType, pick: ofOurKinds },
      { method: 'GET', path: '/apis', accept: discoveryType, pick: ofOurKinds },
      ...defined(),
      {
        method: 'GET',
        path: '/apis',
        accept: discoveryType,
        until: ({ body }) => hasOurs(body),
        pick: hasOurs,
      },
      ...undefinedAgain,
      { method: 'GET', path: '/version', pick: body => body.gitVersion },
    ],
  },
  {
    name: 'who one is',
    steps: [
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        pick: body => body.status.userInfo.username,
      },
      {
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb: '*', group: '*', resource: '*' } },
        },
        pick: body => body.status.allowed,
      },
    ],
  },
];
