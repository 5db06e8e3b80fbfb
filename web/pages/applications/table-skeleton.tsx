import { Skeleton } from '../../ui/skeleton.tsx';
import { rowHeight } from './row-height.ts';

export function TableSkeleton() {
  return (
    <div className="rounded-lg border border-line bg-panel" role="status" aria-label="Applications are loading">
      <div className="h-9 border-b border-line" />
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={index} className="flex items-center gap-6 border-b border-line px-3" style={{ height: rowHeight }}>
          <Skeleton className="h-4 w-48" />
          <Skeleton className="h-4 w-32" />
          <Skeleton className="h-4 w-64 max-md:hidden" />
        </div>
      ))}
    </div>
  );
}
