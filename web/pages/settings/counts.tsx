import { Link } from '@tanstack/react-router';
import type { Project } from '../../api/types.ts';
import type { ListFilter } from '../../model/list-filter.ts';
import { pb } from '../../util/path-builder.ts';

/** How many applications, and how they are; each number leads to them. */
export function Counts({ counts, filter }: { counts: Project['counts']; filter: ListFilter }) {
  const { applications, unhealthy, outOfSync } = counts;
  return (
    <p className="flex flex-wrap gap-x-3 text-dim">
      <Link {...pb.applications(filter)} className="hover:underline">
        {applications === 1 ? '1 application' : `${applications.toLocaleString()} applications`}
      </Link>
      {unhealthy > 0 && (
        <Link {...pb.applications({ ...filter, state: ['unhealthy'] })} className="text-bad hover:underline">
          {unhealthy.toLocaleString()} unhealthy
        </Link>
      )}
      {outOfSync > 0 && (
        <Link {...pb.applications({ ...filter, state: ['outOfSync'] })} className="text-warn hover:underline">
          {outOfSync.toLocaleString()} out of sync
        </Link>
      )}
    </p>
  );
}
