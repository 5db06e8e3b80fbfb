import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Kbd } from './kbd.tsx';
import { Tip } from './tip.tsx';

const kinds = {
  normal: 'border-line bg-panel text-fg hover:border-line-strong hover:bg-raised',
  primary: 'border-accent bg-accent text-on-accent hover:brightness-110',
  danger: 'border-bad bg-panel text-bad hover:bg-bad-soft',
  plain: 'border-transparent bg-transparent text-dim hover:bg-raised hover:text-fg',
} as const;

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled' | 'className'> {
  kind?: keyof typeof kinds;
  /** Why it cannot be pressed now; it can be when undefined. Said on hover and by screen readers: it stays focusable. */
  disabledReason?: string | undefined;
  /** The key that does the same. */
  keys?: string;
  children: ReactNode;
}

/** What every button looks like; also for links that look like one. */
export function buttonClass(kind: keyof typeof kinds = 'normal'): string {
  return cx(
    'inline-flex min-h-7 items-center gap-1.5 rounded-md border px-2.5 py-0.5 whitespace-nowrap transition-colors pointer-coarse:min-h-10',
    'aria-disabled:cursor-not-allowed aria-disabled:border-line aria-disabled:bg-panel aria-disabled:text-faint aria-disabled:hover:bg-panel',
    kinds[kind],
  );
}

export function Button({ kind = 'normal', disabledReason, keys, onClick, children, ...rest }: ButtonProps) {
  const isOff = disabledReason !== undefined;
  const button = (
    <button
      type="button"
      {...rest}
      className={buttonClass(kind)}
      aria-disabled={isOff || undefined}
      onClick={isOff ? event => event.preventDefault() : onClick}
    >
      {children}
      {keys !== undefined && <Kbd keys={keys} />}
    </button>
  );
  return isOff ? <Tip text={disabledReason}>{button}</Tip> : button;
}
