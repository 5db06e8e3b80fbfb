import { failure } from '../errors.ts';

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A moment as people write it, in milliseconds since 1970: `2h ago`, `30m`, `1h30m ago`, `2026-11-21`, `2026-11-21 10:30`,
 * `2026-11-21T10:30:00+01:00`. Without a zone it is UTC, as in every log. Throws CLI_USAGE.
 */
export function parseMoment(text: string, now: number): number {
  const given = text.trim();
  if (given === 'now') return now;
  const ago = /^((?:\d{1,6}(?:s|m|h|d|w))+)(?:\s+ago)?$/.exec(given)?.[1];
  if (ago !== undefined) {
    const parts = [...ago.matchAll(/(\d+)([smhdw])/g)];
    return now - parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
  }
  const [, day, time = '', zone = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(given) ?? [];
  const at =
    day === undefined ? Number.NaN : Date.parse(`${day}T${time === '' ? '00:00' : time}${zone === '' ? 'Z' : zone}`);
  if (Number.isNaN(at)) {
    throw failure('CLI_USAGE', {
      reason: `${given.slice(0, 80)} is no time: 2h ago, 2026-11-21 or 2026-11-21T10:30Z is expected`,
    });
  }
  return at;
}
