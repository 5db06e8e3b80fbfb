import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';

/** What stands around the pages for those who are not signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-5 px-4 pt-10 pb-[18dvh]">
      <p className="flex items-center justify-center gap-2 text-large font-semibold">
        <Icon name="anchor" className="size-6 text-accent" />
        Holdfast
      </p>
      <div className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-6 shadow-pop max-md:border-0 max-md:bg-transparent max-md:p-0 max-md:shadow-none">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
