import { QueryClient } from '@tanstack/react-query';
import { createMemoryHistory } from '@tanstack/react-router';
import { expect, test } from 'vitest';
import { createAppRouter } from '../routes.tsx';
import { api } from './api-paths.ts';
import { pb } from './path-builder.ts';

const router = createAppRouter(new QueryClient(), createMemoryHistory());
const key = 'apps/Deployment/shop/web';

// Addresses are sent to colleagues and kept in bookmarks: whoever changes one breaks those.
test.each([
  [pb.applications(), '/applications'],
  [
    pb.applications({ q: 'a b', state: ['unhealthy', 'errors'], label: ['team=core'] }),
    '/applications?q=a+b&state=unhealthy&state=errors&label=team%3Dcore',
  ],
  [pb.applications({ sort: 'name', view: 'tiles' }), '/applications?sort=name&view=tiles'],
  [pb.application({ name: 'shop' }), '/applications/shop'],
  [pb.application({ name: 'a/b' }), '/applications/a%2Fb'],
  [
    pb.application({ name: 'shop' }, { resource: key, tab: 'logs' }),
    '/applications/shop?resource=apps%2FDeployment%2Fshop%2Fweb&tab=logs',
  ],
  [pb.drift({ project: 'shop', by: 'kubectl-edit' }), '/drift?project=shop&by=kubectl-edit'],
  [pb.history({ name: 'shop' }, { sync: 'a1', against: 'live' }), '/applications/shop/history?sync=a1&against=live'],
  [pb.activity({ kind: ['sync', 'drift'], last: 'day' }), '/activity?kind=sync&kind=drift&last=day'],
  [pb.activity({ tab: 'audit', who: 'appdev' }), '/activity?tab=audit&who=appdev'],
  [pb.settings({ tab: 'targets' }), '/settings?tab=targets'],
  [pb.settings({ tab: 'accounts' }), '/settings?tab=accounts'],
  [pb.settings({ q: 'interval' }), '/settings?q=interval'],
  [pb.account(), '/account'],
  [pb.login({ return: '/applications?q=a' }), '/login?return=%2Fapplications%3Fq%3Da'],
])('%j is at %s', (place, address) => {
  // Each is checked where it is made; together they have no one type.
  expect(router.buildLocation(place as Parameters<typeof router.buildLocation>[0]).href).toBe(address);
});

test.each([
  [api.row('a/b'), '/api/v1/applications/a%2Fb/row'],
  [api.resourceEvents('shop', key), '/api/v1/applications/shop/resources/apps%2FDeployment%2Fshop%2Fweb/events'],
  [api.provider('/applications?q=a'), '/auth/login?return=%2Fapplications%3Fq%3Da'],
])('the API is asked at %s', (address, wanted) => {
  expect(address).toBe(wanted);
});
