import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime, shortDuration } from '../model/time.ts';

const everyMs = 5_000;
const watching = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page; it stands still while there are none. */
function watch(onTick: () => void): () => void {
  watching.add(onTick);
  timer ??= setInterval(() => {
    for (const one of watching) one();
  }, everyMs);
  return () => {
    watching.delete(onTick);
    if (watching.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const forms = {
  /** `4 min ago`, `in 20 s` */
  distance: relativeTime,
  /** `4 min`: how long it has been so. */
  duration: (at: number, now: number) => shortDuration(now - at),
} as const;

/** Kept right; whoever uses it is drawn again only when its words change. */
export function useRelativeTime(at: number, form: keyof typeof forms = 'distance'): string {
  return useSyncExternalStore(watch, () => forms[form](at, Date.now()));
}

/** Exactly on hover. */
export function RelativeTime({ at, form }: { at: number; form?: keyof typeof forms }) {
  const text = useRelativeTime(at, form);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="whitespace-nowrap">
      {text}
    </time>
  );
}
