import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { ownAccountQuery } from './api/account.ts';
import { driftAuthorsQuery } from './api/drift.ts';
import { environmentQuery } from './api/environment.ts';
import { historyQuery } from './api/history.ts';
import { listQuery } from './api/list.ts';
import { sessionQuery } from './api/session.ts';
import { NotFound } from './components/not-found.tsx';
import { ProblemPage } from './components/problem-page.tsx';
import { Shell } from './components/shell.tsx';
import { activitySearchOf } from './model/activity-search.ts';
import { applicationSearchOf } from './model/application-search.ts';
import { approveSearchOf } from './model/approve-search.ts';
import { driftSearchOf } from './model/drift-search.ts';
import { historySearchOf } from './model/history-search.ts';
import { filterOf } from './model/list-filter.ts';
import { viewOf } from './model/list-view.ts';
import { loginSearchOf } from './model/login-search.ts';
import { settingsSearchOf } from './model/settings-search.ts';
import { pb } from './util/path-builder.ts';
import { parseSearch, stringifySearch } from './util/search.ts';

/** The map of the product. Pages are loaded when they are gone to; what they show begins to load at once. */

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ProblemPage,
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: loginSearchOf,
  component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/setup/setup-page.tsx'), 'SetupPage'),
});

/** Everything that one has to be signed in for. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad({ context: { queryClient }, location }) {
    const session = queryClient.getQueryData(sessionQuery.queryKey);
    if (session !== undefined && session.subject === undefined) throw redirect(pb.login({ return: location.href }));
    // Asked at the same time as the page's own data, not before it: the shell looks at the answer.
    void queryClient.prefetchQuery(sessionQuery);
    void queryClient.prefetchQuery(environmentQuery);
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ ...pb.applications(), replace: true });
  },
});

const applications = createRoute({
  getParentRoute: () => shell,
  path: '/applications',
  validateSearch: search => ({ ...filterOf(search), ...viewOf(search) }),
  loaderDeps: ({ search }) => filterOf({ ...search }),
  loader: ({ context: { queryClient }, deps }) => void queryClient.prefetchInfiniteQuery(listQuery(deps)),
  component: lazyRouteComponent(() => import('./pages/applications/applications-page.tsx'), 'ApplicationsPage'),
});

const application = createRoute({
  getParentRoute: () => shell,
  path: '/applications/$name',
  validateSearch: applicationSearchOf,
  component: lazyRouteComponent(() => import('./pages/application/application-page.tsx'), 'ApplicationPage'),
});

const drift = createRoute({
  getParentRoute: () => shell,
  path: '/drift',
  validateSearch: driftSearchOf,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => void queryClient.prefetchQuery(driftAuthorsQuery(deps)),
  component: lazyRouteComponent(() => import('./pages/drift/drift-page.tsx'), 'DriftPage'),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: '/applications/$name/history',
  validateSearch: historySearchOf,
  loader: ({ context: { queryClient }, params }) => void queryClient.prefetchQuery(historyQuery(params.name)),
  component: lazyRouteComponent(() => import('./pages/application/history/history-page.tsx'), 'HistoryPage'),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: activitySearchOf,
  component: lazyRouteComponent(() => import('./pages/activity/activity-page.tsx'), 'ActivityPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: settingsSearchOf,
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  loader: ({ context: { queryClient } }) => void queryClient.prefetchQuery(ownAccountQuery),
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
});

const approve = createRoute({
  getParentRoute: () => shell,
  path: '/approve',
  validateSearch: approveSearchOf,
  component: lazyRouteComponent(() => import('./pages/approve/approve-page.tsx'), 'ApprovePage'),
});

const tree = root.addChildren([
  login,
  setup,
  shell.addChildren([home, applications, application, history, drift, activity, settings, account, approve]),
]);

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    ...(history === undefined ? {} : { history }),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // Data has its own memory, in the query client.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
