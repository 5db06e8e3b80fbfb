import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';

/** What stands around the pages for those who are not signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-4 px-4 py-10">
      <p className="flex items-center gap-2 font-semibold">
        <Icon name="anchor" className="size-5 text-accent" />
        Holdfast
      </p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
