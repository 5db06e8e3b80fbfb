import { clockTime, exactTime } from '../model/time.ts';

/** Hour and minute, where the day stands above it; exactly on hover. */
export function ClockTime({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="text-dim">
      {clockTime(at)}
    </time>
  );
}
