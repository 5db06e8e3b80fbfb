import type { Row } from './row.ts';

const widths = [66, 9, 4, 12, 4, 6];

/** A line for a terminal. */
export function line({ name, value, unit, goal, met, shareOfW, runs, note }: Row): string {
  const spread = runs === undefined ? '' : ` [${runs.toSorted((a, b) => a - b).join(' ')}]`;
  const cells = [name, number(value), unit, goal ?? '', word(met), share(shareOfW)];
  const text = cells
    .map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
    .join(' ');
  return `${text}${spread}${note === undefined ? '' : ` ${note}`}`.trimEnd();
}

export function heading(): string {
  return line({ name: 'measurement', value: null, unit: '', goal: 'goal', met: null }).replace(' – ', '   ');
}

/** The same as a table of Markdown. */
export function markdown(rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, goal, met, shareOfW, runs, note }) => {
    const range = runs === undefined ? '' : `${number(Math.min(...runs))} to ${number(Math.max(...runs))}`;
    return [name, `${number(value)} ${unit}`.trim(), range, share(shareOfW), goal ?? '', word(met), note ?? ''];
  });
  const titles = ['measurement', 'result', 'of runs', 'of W', 'goal', 'reached', ''];
  const lines = [titles, titles.map(() => '---'), ...cells].map(row => `| ${row.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function number(value: number | null): string {
  if (value === null) return '–';
  return Math.abs(value) >= 1_000 ? String(Math.round(value)) : String(value);
}

function share(value: number | undefined): string {
  return value === undefined ? '' : `${Math.round(value * 100)} %`;
}

function word(met: boolean | null): string {
  return met === null ? '' : met ? 'yes' : 'NO';
}
