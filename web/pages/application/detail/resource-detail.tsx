import { Link, type LinkProps } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { TreeNode } from '../../../api/types.ts';
import { type ResourceTab, resourceTabs } from '../../../model/application-search.ts';
import { healthViews, syncViews } from '../../../model/status.ts';
import { Copy } from '../../../ui/copy.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Mono } from '../../../ui/mono.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Status } from '../../../ui/status.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { DiffTab } from './diff-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { ResourceActions } from './resource-actions.tsx';

const LogsTab = lazy(() => import('./logs-tab.tsx').then(one => ({ default: one.LogsTab })));
const ManifestTab = lazy(() => import('./manifest-tab.tsx').then(one => ({ default: one.ManifestTab })));

interface ResourceDetailProps {
  name: string;
  node: TreeNode;
  nodes: readonly TreeNode[];
  tab: ResourceTab;
  onTab: (tab: ResourceTab) => void;
  /** To all resources, where there is no room for both. */
  back: LinkProps;
}

const labels = { diff: 'Diff', declared: 'Declared', live: 'Live', events: 'Events', logs: 'Logs' } as const;

/** One resource: what it is, how it is, and a tab for each question about it. */
export function ResourceDetail({ name, node, nodes, tab, onTab, back }: ResourceDetailProps) {
  const { id, health, sync, wave, hook, createdAt, summary } = node;
  const tabs = resourceTabs.filter(one => fits(one, node));
  const shown = tabs.includes(tab) ? tab : 'live';
  const facts = [id.group, id.namespace, hook ? 'hook' : undefined, wave ? `wave ${wave}` : undefined, summary];
  return (
    <section
      aria-label={`${id.kind} ${id.name}`}
      className="min-w-0 rounded-lg border border-line bg-panel pt-3 lg:sticky lg:top-4"
    >
      <div className="flex flex-col gap-1 px-4 pb-2">
        <Link {...back} className="flex items-center gap-1 pb-1 text-dim lg:hidden">
          <Icon name="chevron" className="size-3.5 rotate-180" /> All resources
        </Link>
        <h2 className="flex flex-wrap items-baseline gap-1.5">
          {id.kind} <Mono text={id.name} most={60} />
          <Copy text={id.name} what="the name" />
        </h2>
        <p className="text-dim">
          {facts.filter(fact => fact !== undefined && fact !== '').join(' · ')}
          {createdAt !== undefined && (
            <>
              {' '}
              · made <RelativeTime at={createdAt} />
            </>
          )}
        </p>
        <p className="flex flex-wrap items-baseline gap-x-4">
          <Status view={healthViews[health.status]} />
          {sync !== undefined && <Status view={syncViews[sync]} />}
          {health.message !== '' && <span className="text-dim">{health.message}</span>}
        </p>
        <ResourceActions name={name} node={node} nodes={nodes} />
      </div>
      <Tabs
        label="About this resource"
        value={shown}
        onChange={onTab}
        tabs={tabs.map(one => ({ name: one, label: labels[one] }))}
      >
        <Suspense fallback={<Skeleton className="h-40 w-full" />}>
          {shown === 'diff' && <DiffTab name={name} resource={node.key} />}
          {shown === 'logs' && <LogsTab key={node.key} name={name} node={node} />}
          {shown === 'events' && <EventsTab name={name} resource={node.key} />}
          {(shown === 'declared' || shown === 'live') && <ManifestTab name={name} resource={node.key} side={shown} />}
        </Suspense>
      </Tabs>
    </section>
  );
}

/** What is not declared differs from nothing; what prints nothing has no logs. */
function fits(tab: ResourceTab, { declared, logs }: TreeNode): boolean {
  if (tab === 'diff' || tab === 'declared') return declared;
  return tab !== 'logs' || logs;
}
