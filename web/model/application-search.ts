import { textIn } from '../util/search.ts';

/** What of one application is looked at. */
export const resourceTabs = ['diff', 'declared', 'live', 'events', 'logs'] as const;
export type ResourceTab = (typeof resourceTabs)[number];
export const layouts = ['tree', 'graph', 'list'] as const;
export type ResourceLayout = (typeof layouts)[number];

export interface ApplicationSearch {
  /** Key of the selected resource. */
  resource?: string;
  tab?: ResourceTab;
  layout?: ResourceLayout;
  /** Text that resources are filtered by. */
  q?: string;
}

export function applicationSearchOf(search: Record<string, unknown>): ApplicationSearch {
  const resource = textIn(search.resource);
  const tab = resourceTabs.find(one => one === textIn(search.tab));
  const layout = layouts.find(one => one === textIn(search.layout));
  const q = textIn(search.q);
  return {
    ...(resource === undefined ? {} : { resource }),
    ...(tab === undefined ? {} : { tab }),
    ...(layout === undefined ? {} : { layout }),
    ...(q === undefined ? {} : { q }),
  };
}
