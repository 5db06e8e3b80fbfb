import { cx } from './cx.ts';

/** A filter that is on or off, as a link or a button. */
export function chipClass(isOn: boolean): string {
  return cx(
    'inline-flex min-h-7 items-center gap-1.5 rounded-full border px-2.5 text-small whitespace-nowrap transition-colors pointer-coarse:min-h-9',
    isOn ? 'border-accent bg-accent-soft' : 'border-line bg-panel hover:border-line-strong hover:bg-raised',
  );
}
