import { Skeleton } from '../../../ui/skeleton.tsx';

export function RowsSkeleton() {
  return (
    <div
      className="flex flex-col rounded-lg border border-line bg-panel py-1.5"
      role="status"
      aria-label="Resources are loading"
    >
      {['w-40', 'w-52', 'w-36', 'w-48', 'w-44'].map(width => (
        <div key={width} className="flex h-7 items-center px-3">
          <Skeleton className={`h-3.5 ${width}`} />
        </div>
      ))}
    </div>
  );
}
