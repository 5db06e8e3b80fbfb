import type { ReactNode } from 'react';
import type { Tone } from '../model/status.ts';
import { cx } from './cx.ts';
import { StatusIcon } from './status-icon.tsx';

const looks = {
  good: { soft: 'bg-good-soft', shape: 'full' },
  work: { soft: 'bg-work-soft', shape: 'half' },
  warn: { soft: 'bg-warn-soft', shape: 'triangle' },
  bad: { soft: 'bg-bad-soft', shape: 'triangle' },
  quiet: { soft: 'bg-raised', shape: 'ring' },
} as const satisfies Record<Tone, unknown>;

/** What happened in `title`; why, and what to do, below it. */
export function Notice({ tone, title, children }: { tone: Tone; title: ReactNode; children?: ReactNode }) {
  const { soft, shape } = looks[tone];
  return (
    <div role={tone === 'bad' ? 'alert' : undefined} className={cx('flex gap-2 rounded-md px-3 py-2', soft)}>
      <span className="pt-1 *:block">
        <StatusIcon shape={shape} tone={tone} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words first-letter:uppercase">{title}</p>
        {children !== undefined && <div className="text-dim break-words">{children}</div>}
      </div>
    </div>
  );
}
