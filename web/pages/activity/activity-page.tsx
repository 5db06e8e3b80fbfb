import { getRouteApi, Link } from '@tanstack/react-router';
import { activitySearchOf } from '../../model/activity-search.ts';
import { cx } from '../../ui/cx.ts';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { ActivityFilter } from './activity-filter.tsx';
import { Records } from './records.tsx';
import { Timeline } from './timeline.tsx';

const route = getRouteApi('/shell/activity');

/** What happened: made readable, or as it is recorded. */
export function ActivityPage() {
  const search = activitySearchOf({ ...route.useSearch() });
  const isAudit = search.tab === 'audit';
  const { application, project, last, to } = search;
  const common = activitySearchOf({ application, project, last, to });
  useTitle('Activity');
  return (
    <>
      <h1 className="sr-only">Activity</h1>
      <nav aria-label="Kinds of activity" className="mb-3 flex gap-4 border-b border-line">
        <Link {...pb.activity(common)} className={tab(!isAudit)} aria-current={isAudit ? undefined : 'page'}>
          Timeline
        </Link>
        <Link
          {...pb.activity({ ...common, tab: 'audit' })}
          className={tab(isAudit)}
          aria-current={isAudit ? 'page' : undefined}
        >
          Audit log
        </Link>
      </nav>
      <ActivityFilter search={search} />
      {isAudit ? <Records search={search} /> : <Timeline search={search} />}
    </>
  );
}

function tab(isOn: boolean): string {
  return cx('-mb-px border-b-2 py-1.5', isOn ? 'border-accent' : 'border-transparent text-dim hover:text-fg');
}
