import type { ReactNode } from 'react';
import type { StatusView } from '../../model/status.ts';
import { Status } from '../../ui/status.tsx';

interface PartProps {
  name: string;
  view?: StatusView;
  /** Since when it is so, and the like. */
  note?: ReactNode;
  children: ReactNode;
}

/** One project, repository or target, and how it is. */
export function Part({ name, view, note, children }: PartProps) {
  return (
    <article
      aria-label={name}
      data-row={name}
      tabIndex={-1}
      className="has-[:focus-visible]:border-line-strong flex flex-col gap-1.5 rounded-lg border border-line bg-panel px-3 py-2.5"
    >
      <header className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="mono min-w-0 break-all">{name}</h2>
        {view !== undefined && <Status view={view} />}
        {note !== undefined && <span className="text-dim">{note}</span>}
      </header>
      {children}
    </article>
  );
}

/** A fact and what it is called; nothing where there is none. */
export function Fact({ label, values }: { label: string; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <p className="flex gap-3 max-md:flex-col max-md:gap-0">
      <span className="w-28 shrink-0 text-dim">{label}</span>
      <span className="min-w-0 break-words">{values.join(' · ')}</span>
    </p>
  );
}
