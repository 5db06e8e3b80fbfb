import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { driftAuthorsQuery } from '../../api/drift.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { driftSearchOf } from '../../model/drift-search.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { pb } from '../../util/path-builder.ts';
import { DriftFilter } from './drift-filter.tsx';
import { DriftOfAuthor } from './drift-of-author.tsx';

const route = getRouteApi('/shell/drift');
/** Whoever comes after them is a link away. */
const mostAuthors = 12;

/** Every difference that exists now, by who made it. */
export function DriftPage() {
  const search = driftSearchOf({ ...route.useSearch() });
  const { data, error, refetch } = useQuery(driftAuthorsQuery(search));
  const authors = data?.authors ?? [];
  const shown = authors.filter(({ name }) => search.by === undefined || name === search.by).slice(0, mostAuthors);
  useTitle('Drift');
  return (
    <>
      <h1 className="sr-only">Drift</h1>
      <DriftFilter search={search} drifts={data} />
      {error !== null && data === undefined && <ProblemView error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="h-40 w-full" />}
      {data !== undefined && shown.length === 0 && <Nothing isFiltering={Object.keys(search).length > 0} />}
      <div className="flex flex-col gap-6">
        {shown.map(({ name, count }) => (
          <DriftOfAuthor key={name} author={name} count={count} search={search} />
        ))}
      </div>
    </>
  );
}

function Nothing({ isFiltering }: { isFiltering: boolean }) {
  if (!isFiltering) return <Empty title="Everything is as it was delivered" />;
  return (
    <Empty title="Nothing that differs fits this filter">
      <Link {...pb.drift()} className={buttonClass()}>
        Show all drift
      </Link>
    </Empty>
  );
}
