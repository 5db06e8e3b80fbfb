import { Skeleton } from '../../ui/skeleton.tsx';

export function HeaderSkeleton() {
  return (
    <div
      className="flex flex-col gap-2 border-b border-line pb-3"
      role="status"
      aria-label="The application is loading"
    >
      <Skeleton className="h-6 w-64" />
      <Skeleton className="h-5 w-96 max-w-full" />
      <Skeleton className="h-5 w-80 max-w-full" />
    </div>
  );
}
