import type { HealthStatus } from '../model/resource.ts';
import type { Sync, SyncStatus } from '../model/status.ts';
import { printable, type Style } from './style.ts';

type Tone = keyof Style;

const syncWords: Record<SyncStatus, { symbol: string; tone: Tone }> = {
  Synced: { symbol: '✓', tone: 'good' },
  OutOfSync: { symbol: '≠', tone: 'busy' },
  Unknown: { symbol: '?', tone: 'faint' },
};

const healthWords: Record<HealthStatus, { symbol: string; tone: Tone }> = {
  Healthy: { symbol: '✓', tone: 'good' },
  Suspended: { symbol: '‖', tone: 'faint' },
  Progressing: { symbol: '…', tone: 'busy' },
  Missing: { symbol: '∅', tone: 'busy' },
  Degraded: { symbol: '✗', tone: 'bad' },
  Unknown: { symbol: '?', tone: 'faint' },
};

const resultWords: Record<Sync['result'] | 'skipped', { symbol: string; tone: Tone }> = {
  running: { symbol: '…', tone: 'busy' },
  succeeded: { symbol: '✓', tone: 'good' },
  failed: { symbol: '✗', tone: 'bad' },
  superseded: { symbol: '»', tone: 'faint' },
  skipped: { symbol: '-', tone: 'faint' },
};

/** Symbol and word, so that neither colours nor symbols have to be seen. */
function word(table: Record<string, { symbol: string; tone: Tone }>, value: string, style: Style): string {
  const { symbol, tone } = table[value] ?? { symbol: '?', tone: 'faint' };
  return style[tone](`${symbol} ${value}`);
}

export const syncWord = (status: SyncStatus, style: Style) => word(syncWords, status, style);
export const healthWord = (status: HealthStatus, style: Style) => word(healthWords, status, style);
export const resultWord = (result: keyof typeof resultWords, style: Style) => word(resultWords, result, style);

/** Commit ids and digests short, other names (a chart's version) as they are. */
export function shortRevision(revision: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(revision)) return revision.slice(0, 14);
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision) ? revision.slice(0, 7) : printable(revision);
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** `42s`, `5m`, `3h`, `12d`: the largest unit only. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}

export function ago(at: number | undefined, now: number): string {
  if (at === undefined) return '';
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`;
}

/** `2026-11-21 11:43:48`, in UTC as in every log. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

const durationUnits: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90`, `30s`, `5m`, `1h30m` to milliseconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit = ''] of text.matchAll(/(\d+)(ms|s|m|h)/g)) {
    total += Number(number) * (durationUnits[unit] ?? 0);
  }
  return total;
}
