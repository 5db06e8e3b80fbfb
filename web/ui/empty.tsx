import type { ReactNode } from 'react';

/** Nothing is there: says so, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-line bg-panel px-6 py-14 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-prose text-dim">{children}</div>}
    </div>
  );
}
