/** A logarithmic axis: from a value to a place between 0 and 1, with lines at 1, 10, 100 … that lie in it. */
export interface Axis {
  at(value: number): number;
  lines: number[];
}

/** Covers all values, and a little more on both sides. */
export function logAxis(values: readonly number[]): Axis {
  const logs = values.filter(value => value > 0).map(Math.log10);
  const [low, high] = [Math.min(...logs) - 0.08, Math.max(...logs) + 0.08];
  // Where all is nearly the same, a line through the middle says so better than one that climbs.
  const room = Math.max(0, 1 - (high - low)) / 2;
  const [from, to] = [low - room, high + room];
  const powers = Array.from({ length: Math.ceil(to - from) + 1 }, (_, i) => Math.floor(from) + i);
  return {
    at: value => (Math.log10(value) - from) / (to - from),
    lines: powers.filter(power => power >= from && power <= to).map(power => 10 ** power),
  };
}

/** `10,000`, `0.1`: few characters, as they stand at a line. */
export function short(value: number): string {
  return value >= 1 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
}
