import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useListKeys } from '../../components/use-list-keys.ts';
import { activitySearchOf } from '../../model/activity-search.ts';
import { cx } from '../../ui/cx.ts';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { ActivityFilter } from './activity-filter.tsx';
import { DeliveryFigures } from './delivery-figures.tsx';
import { Moment } from './moment.tsx';
import { Records } from './records.tsx';
import { Timeline } from './timeline.tsx';

const route = getRouteApi('/shell/activity');

/** What happened: made readable, or as it is recorded. */
export function ActivityPage() {
  const search = activitySearchOf({ ...route.useSearch() });
  const { application, project, last, to, at } = search;
  const isAudit = search.tab === 'audit' && at === undefined;
  // Where nobody has chosen one yet.
  const [anHourAgo] = useState(() => String(Date.now() - 3_600_000));
  const common = activitySearchOf({ application, project, last, to });
  useTitle('Activity');
  useListKeys();
  return (
    <>
      <h1 className="sr-only">Activity</h1>
      <nav aria-label="Kinds of activity" className="mb-3 flex gap-4 border-b border-line">
        <Link
          {...pb.activity(common)}
          className={tab(!isAudit && at === undefined)}
          aria-current={isAudit || at !== undefined ? undefined : 'page'}
        >
          Timeline
        </Link>
        <Link
          {...pb.activity(activitySearchOf({ application, project, at: to ?? at ?? anHourAgo }))}
          className={tab(at !== undefined)}
          aria-current={at === undefined ? undefined : 'page'}
        >
          What ran
        </Link>
        <Link
          {...pb.activity({ ...common, tab: 'audit' })}
          className={tab(isAudit)}
          aria-current={isAudit ? 'page' : undefined}
        >
          Audit log
        </Link>
      </nav>
      {at === undefined ? (
        <>
          <ActivityFilter search={search} />
          {!isAudit && <DeliveryFigures search={search} />}
          {isAudit ? <Records search={search} /> : <Timeline search={search} />}
        </>
      ) : (
        <Moment search={search} at={at} />
      )}
    </>
  );
}

function tab(isOn: boolean): string {
  return cx('-mb-px border-b-2 py-1.5', isOn ? 'border-accent' : 'border-transparent text-dim hover:text-fg');
}
