import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { rowQuery } from '../../api/application.ts';
import { keepApplicationLive } from '../../api/live-application.ts';
import { isNotFound } from '../../api/problem.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { ApplicationHeader } from './application-header.tsx';
import { Conditions } from './conditions.tsx';
import { HeaderSkeleton } from './header-skeleton.tsx';
import { Resources } from './resources/resources.tsx';
import { SyncProgress } from './sync/sync-progress.tsx';

const route = getRouteApi('/shell/applications/$name');

/** What is declared, what runs, how they differ, how healthy it is, since when, and by whose commit. */
export function ApplicationPage() {
  const { name } = route.useParams();
  const queryClient = useQueryClient();
  const { data: row, error, refetch } = useQuery(rowQuery(name));
  useEffect(() => keepApplicationLive(queryClient, name), [queryClient, name]);
  useTitle(name);

  if (isNotFound(error)) {
    return (
      <Empty title={`There is no application ${name}, or you may not see it`}>
        <Link {...pb.applications()} className="text-accent underline">
          All applications
        </Link>
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {error !== null && row === undefined && <ProblemView error={error} onRetry={() => void refetch()} />}
      {row === undefined ? error === null && <HeaderSkeleton /> : <ApplicationHeader row={row} />}
      {row !== undefined && <SyncProgress row={row} />}
      {row !== undefined && <Conditions row={row} />}
      <Resources key={name} name={name} />
    </div>
  );
}
