import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { treeQuery } from '../../../api/application.ts';
import type { TreeNode } from '../../../api/types.ts';
import { useCommands } from '../../../components/commands.ts';
import { ProblemView } from '../../../components/problem-view.tsx';
import { type ApplicationSearch, layouts, type ResourceTab } from '../../../model/application-search.ts';
import { listRows, treeRows, worstNode } from '../../../model/resource-tree.ts';
import { chipClass } from '../../../ui/chip.ts';
import { cx } from '../../../ui/cx.ts';
import { Empty } from '../../../ui/empty.tsx';
import { TextInput } from '../../../ui/text-input.tsx';
import { useIsWide } from '../../../ui/use-is-wide.ts';
import { useSettled } from '../../../ui/use-settled.ts';
import { pb } from '../../../util/path-builder.ts';
import { ResourceDetail } from '../detail/resource-detail.tsx';
import { ResourceRows } from './resource-rows.tsx';
import { RowsSkeleton } from './rows-skeleton.tsx';

const route = getRouteApi('/shell/applications/$name');
const words = { tree: 'Tree', graph: 'Graph', list: 'List' } as const;
const Lately = lazy(() => import('../lately.tsx').then(one => ({ default: one.Lately })));
const ResourceGraph = lazy(() => import('./resource-graph.tsx').then(one => ({ default: one.ResourceGraph })));

/** All that belongs to the application, and beside it what is selected. */
export function Resources({ name }: { name: string }) {
  const search = route.useSearch();
  const { layout = 'tree', resource } = search;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(treeQuery(name));
  const [text, setText] = useState(search.q ?? '');
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const input = useRef<HTMLInputElement>(null);
  const q = useSettled(text, 120);
  const nodes = data?.nodes;
  const rows = useMemo(() => {
    if (nodes === undefined) return [];
    return layout === 'list' ? listRows(nodes, q) : treeRows(nodes, { opened, q });
  }, [nodes, layout, opened, q]);
  const toggle = useCallback(
    (key: string, isOpen: boolean) => setOpened(before => new Map(before).set(key, isOpen)),
    [],
  );
  const to = (next: ApplicationSearch) => pb.application({ name }, { ...search, ...next });
  const firstDifferent = nodes?.find(node => node.sync === 'OutOfSync')?.key;
  useCommands(
    'Resources',
    useMemo(
      () => [
        { id: 'filter', label: 'Filter resources', keys: '/', run: () => input.current?.select() },
        {
          id: 'diff',
          label: 'Show what differs',
          keys: 'd',
          disabledReason: firstDifferent === undefined ? 'Nothing differs' : undefined,
          run: () => void navigate(pb.application({ name }, { resource: firstDifferent ?? '', tab: 'diff' })),
        },
      ],
      [name, firstDifferent, navigate],
    ),
  );

  // Looked at by itself: what is worst when the page opens, for as long as nobody chooses. It is not in the address.
  const [own, setOwn] = useState<string | null>();
  if (own === undefined && nodes !== undefined) setOwn(worstNode(nodes)?.key ?? null);
  const isWide = useIsWide();
  const isByItself = resource === undefined && isWide && layout !== 'graph';

  if (error !== null && data === undefined) return <ProblemView error={error} onRetry={() => void refetch()} />;
  const selected = nodes?.find(({ key }) => key === (isByItself ? own : resource));
  const shown = { rows, selected: selected?.key, link: (key: string) => to({ resource: key }), onToggle: toggle };
  const columns =
    layout === 'graph'
      ? selected !== undefined && 'xl:grid-cols-[minmax(0,1fr)_minmax(26rem,40%)]'
      : 'lg:grid-cols-[minmax(19rem,38%)_minmax(0,1fr)]';
  return (
    <div className={cx('grid items-start gap-4', columns)}>
      <section aria-label="Resources" className={cx('min-w-0', selected !== undefined && 'max-lg:hidden')}>
        <div className="flex gap-2 pb-2">
          <TextInput
            ref={input}
            type="search"
            aria-label="Filter resources"
            placeholder="Filter resources"
            className="min-w-0 flex-1"
            value={text}
            onChange={event => setText(event.target.value)}
          />
          {layouts.map(one => (
            <Link key={one} {...to({ layout: one })} replace className={chipClass(one === layout)}>
              {words[one]}
            </Link>
          ))}
        </div>
        {nodes === undefined && <RowsSkeleton />}
        {nodes !== undefined && rows.length === 0 && (
          <Empty title={nodes.length === 0 ? 'No resources are known' : 'Nothing fits'} />
        )}
        {rows.length > 0 && layout !== 'graph' && <ResourceRows {...shown} />}
        {rows.length > 0 && layout === 'graph' && (
          <Suspense fallback={<RowsSkeleton />}>
            <ResourceGraph {...shown} />
          </Suspense>
        )}
        {data !== undefined && data.reason !== '' && <p className="pt-2 text-small text-dim">{data.reason}</p>}
      </section>
      {selected === undefined && isByItself && nodes !== undefined && (
        <Suspense fallback={<RowsSkeleton />}>
          <Lately name={name} />
        </Suspense>
      )}
      {selected !== undefined && (
        <ResourceDetail
          name={name}
          node={selected}
          nodes={nodes ?? []}
          tab={search.tab ?? tabOf(selected, isByItself)}
          onTab={tab => void navigate({ ...to({ resource: selected.key, tab }), replace: true })}
          back={pb.application({ name }, layout === 'tree' ? {} : { layout })}
        />
      )}
    </div>
  );
}

/** Where nothing differs, events say why it is not well. */
function tabOf({ sync }: TreeNode, isByItself: boolean): ResourceTab {
  return isByItself && sync !== 'OutOfSync' ? 'events' : 'diff';
}
