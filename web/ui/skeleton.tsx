import { cx } from './cx.ts';

/** Holds the place of what comes, in its size: `className` says which. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden="true" className={cx('block animate-pulse rounded-sm bg-raised', className)} />;
}
