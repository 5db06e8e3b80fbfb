import type { ComponentProps } from 'react';
import { TextInput } from './text-input.tsx';

/** An input with its name above it, and what is wrong with it, or expected of it, below. */
export function Field({ label, hint, ...rest }: ComponentProps<'input'> & { label: string; hint?: string }) {
  return (
    <label className="flex flex-col gap-1">
      <span className="font-medium">{label}</span>
      <TextInput {...rest} className="w-full" />
      {hint !== undefined && <span className="text-small text-dim">{hint}</span>}
    </label>
  );
}
