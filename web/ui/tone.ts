import type { Tone } from '../model/status.ts';

export const toneText = {
  good: 'text-good',
  work: 'text-work',
  warn: 'text-warn',
  bad: 'text-bad',
  quiet: 'text-dim',
} as const satisfies Record<Tone, string>;
