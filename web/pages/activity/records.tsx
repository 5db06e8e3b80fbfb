import { useInfiniteQuery } from '@tanstack/react-query';
import { auditQuery } from '../../api/activity.ts';
import { ProblemView } from '../../components/problem-view.tsx';
import type { ActivitySearch } from '../../model/activity-search.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { RecordRow } from './record-row.tsx';

const columns = ['When', 'Who', 'Action', 'Application', 'What', 'Result'] as const;

/** The audit log as it is, newest first. */
export function Records({ search }: { search: ActivitySearch }) {
  const query = useInfiniteQuery(auditQuery(search));
  const records = query.data?.pages.flat() ?? [];
  if (query.isPending) return <Skeleton className="h-96 w-full" />;
  if (query.isError && records.length === 0) {
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (records.length === 0) return <Empty title="No record fits this filter" />;
  return (
    <>
      <div className="pb-2">
        <Button onClick={() => void query.refetch()}>Look again</Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section aria-label="Records" tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-panel">
        <table className="w-full min-w-[56rem] border-separate border-spacing-0">
          <thead>
            <tr className="text-left text-small text-dim">
              {columns.map(label => (
                <th key={label} scope="col" className="h-9 border-b border-line px-3 font-medium whitespace-nowrap">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {records.map(record => (
              <RecordRow key={record.seq} record={record} />
            ))}
          </tbody>
        </table>
      </section>
      {query.hasNextPage && <More onMore={query.fetchNextPage} isLoading={query.isFetchingNextPage} />}
    </>
  );
}
