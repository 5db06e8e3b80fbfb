import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

/** `aria-label` or a label is the caller's. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      {...rest}
      className={cx(
        'min-h-8 rounded-md border border-line bg-panel px-2.5 text-fg hover:border-line-strong pointer-coarse:min-h-10 pointer-coarse:text-[16px]',
        className,
      )}
    />
  );
}
