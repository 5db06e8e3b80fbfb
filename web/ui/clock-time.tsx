import { clockTime, exactTime } from '../model/time.ts';
import { useRelativeTime } from './relative-time.tsx';

/** Hour and minute, where the day stands above it; exactly, and how long ago, on hover. */
export function ClockTime({ at }: { at: number }) {
  const ago = useRelativeTime(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={`${exactTime(at)}, ${ago}`} className="text-dim">
      {clockTime(at)}
    </time>
  );
}
