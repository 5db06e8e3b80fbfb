import { linkOptions } from '@tanstack/react-router';
import type { ActivitySearch } from '../model/activity-search.ts';
import type { ApplicationSearch } from '../model/application-search.ts';
import type { DriftSearch } from '../model/drift-search.ts';
import type { HistorySearch } from '../model/history-search.ts';
import type { ListFilter } from '../model/list-filter.ts';
import type { ListView } from '../model/list-view.ts';
import type { LoginSearch } from '../model/login-search.ts';
import type { SettingsSearch } from '../model/settings-search.ts';

/**
 * The only place that makes addresses of pages. Each is what a link or `navigate` takes: `<Link {...pb.application({name})}>`.
 * The routes themselves stand in routes.tsx, which the compiler holds these against.
 */
export const pb = {
  applications: (search: ListFilter & { view?: ListView } = {}) => linkOptions({ to: '/applications', search }),
  application: (params: { name: string }, search: ApplicationSearch = {}) =>
    linkOptions({ to: '/applications/$name', params, search }),
  drift: (search: DriftSearch = {}) => linkOptions({ to: '/drift', search }),
  history: (params: { name: string }, search: HistorySearch = {}) =>
    linkOptions({ to: '/applications/$name/history', params, search }),
  activity: (search: ActivitySearch = {}) => linkOptions({ to: '/activity', search }),
  settings: (search: SettingsSearch = {}) => linkOptions({ to: '/settings', search }),
  account: () => linkOptions({ to: '/account' }),
  login: (search: LoginSearch = {}) => linkOptions({ to: '/login', search }),
} as const;
