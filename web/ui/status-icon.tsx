import type { ReactNode } from 'react';
import type { Shape, Tone } from '../model/status.ts';
import { cx } from './cx.ts';
import { toneText } from './tone.ts';

/** In 12 × 12, drawn with the colour of the text. */
const shapes = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M6 1 11.2 10.6H.8z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.2 1.8" />,
  pause: <path d="M3.5 2v8M8.5 2v8" stroke="currentColor" strokeWidth="2" fill="none" />,
  cross: <path d="m2.5 2.5 7 7M9.5 2.5l-7 7" stroke="currentColor" strokeWidth="1.9" fill="none" />,
  question: (
    <path
      d="M3.6 4.2a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .7-1 1.4M6 9.4v1.2"
      stroke="currentColor"
      strokeWidth="1.5"
      fill="none"
    />
  ),
  equal: <path d="M1.5 4.3h9M1.5 7.7h9" stroke="currentColor" strokeWidth="1.6" fill="none" />,
  unequal: <path d="M1.5 4.3h9M1.5 7.7h9M8.2 1.5 3.8 10.5" stroke="currentColor" strokeWidth="1.6" fill="none" />,
} as const satisfies Record<Shape, ReactNode>;

export interface StatusIconProps {
  shape: Shape;
  tone: Tone;
  /** Only where no text beside it says the same. */
  label?: string;
}

export function StatusIcon({ shape, tone, label }: StatusIconProps) {
  const className = cx('inline-block size-3 shrink-0', toneText[tone]);
  if (label === undefined) {
    return (
      <svg viewBox="0 0 12 12" className={className} aria-hidden="true">
        {shapes[shape]}
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 12 12" className={className} role="img" aria-label={label}>
      {shapes[shape]}
    </svg>
  );
}
