const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units = [
  [365 * day, 'y'],
  [30 * day, 'mo'],
  [day, 'd'],
  [hour, 'h'],
  [minute, 'min'],
  [second, 's'],
] as const;

/** The largest unit that it has at least one of, rounded down: `59 s`, `4 min`, `3 d`. */
export function shortDuration(ms: number): string {
  for (const [size, name] of units) if (ms >= size) return `${Math.floor(ms / size)} ${name}`;
  return '0 s';
}

/** `4 min ago`, `in 20 s`, `now` within a few seconds: clocks of two machines differ that much. */
export function relativeTime(at: number, now: number): string {
  const past = now - at;
  if (Math.abs(past) < 3 * second) return 'now';
  return past > 0 ? `${shortDuration(past)} ago` : `in ${shortDuration(-past)}`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** In the viewer's words and zone, to the second. */
export function exactTime(at: number): string {
  return exact.format(at);
}

const fullDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The day, in the viewer's words and zone. */
export function dayOf(at: number): string {
  return fullDay.format(at);
}

/** `14:05`, in the viewer's zone. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** As a field for a date and time takes it: `2026-03-01T14:05`, in the viewer's zone. */
export function localMinute(at: number): string {
  return localSecond(at).slice(0, 16);
}

/** `2026-03-01T14:05:09` */
export function localSecond(at: number): string {
  const shifted = at - new Date(at).getTimezoneOffset() * minute;
  return new Date(shifted).toISOString().slice(0, 19);
}

/** What such a field says, in milliseconds since 1970; '' when it says nothing. */
export function timeOfMinute(text: string): string {
  const at = new Date(text).getTime();
  return Number.isNaN(at) || at < 0 ? '' : String(at);
}
