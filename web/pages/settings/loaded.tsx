import type { ReactNode } from 'react';
import { ProblemView } from '../../components/problem-view.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

interface LoadedProps<Data> {
  query: { data: Data | undefined; error: Error | null; refetch: () => unknown };
  children: (data: Data) => ReactNode;
}

/** What was asked for, or why it is not there. */
export function Loaded<Data>({ query: { data, error, refetch }, children }: LoadedProps<Data>) {
  if (data !== undefined) return children(data);
  if (error !== null) return <ProblemView error={error} onRetry={() => void refetch()} />;
  return <Skeleton className="h-64 w-full" />;
}
