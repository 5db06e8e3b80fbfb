import { widthOf } from './style.ts';

/** Columns aligned, two spaces apart, nothing behind the last; [] becomes nothing but the head. Cells are one line each. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map(row => row.map(cell => cell.replaceAll(/\s*\n\s*/g, ' ')));
  const widths = head.map((_, column) => Math.max(...lines.map(row => widthOf(row[column] ?? ''))));
  return lines
    .map(row =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell) + 2))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one pair a line; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const shown = pairs.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
