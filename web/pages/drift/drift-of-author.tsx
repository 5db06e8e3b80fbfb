import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { driftQuery } from '../../api/drift.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import { authorWords, driftGroups } from '../../model/drift-groups.ts';
import type { DriftSearch } from '../../model/drift-search.ts';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { DriftOfApplication } from './drift-of-application.tsx';

interface DriftOfAuthorProps {
  author: string;
  count: number;
  search: DriftSearch;
}

/** What one person or program made differ. */
export function DriftOfAuthor({ author, count, search }: DriftOfAuthorProps) {
  const query = useInfiniteQuery(driftQuery({ ...search, by: author }));
  const groups = useMemo(() => driftGroups(query.data?.pages.flatMap(({ rows }) => rows) ?? []), [query.data]);
  return (
    <section aria-label={authorWords(author)} className="flex flex-col gap-2">
      <h2 className="flex items-baseline gap-2">
        {authorWords(author)}
        <span className="font-normal text-dim">
          {count === 1 ? '1 difference' : `${count.toLocaleString()} differences`}
        </span>
      </h2>
      {query.isPending && <Skeleton className="h-28 w-full" />}
      {query.isError && query.data === undefined && (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      )}
      {groups.map(group => (
        <DriftOfApplication key={group.application} group={group} />
      ))}
      {query.hasNextPage && (
        <p>
          <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
        </p>
      )}
    </section>
  );
}
