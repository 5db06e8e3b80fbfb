/** Lines that stay, go or come, in their order. */
export interface DiffLine {
  mark: ' ' | '-' | '+';
  text: string;
}

/** Beyond so many lines before times lines after, what differs goes and comes as a whole. */
const maxCells = 4_000_000;

export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ mark: ' ', text }));
  const middle = [before.slice(start, before.length - end), after.slice(start, after.length - end)] as const;
  return [...same(before.slice(0, start)), ...changed(...middle), ...same(before.slice(before.length - end))];
}

function changed(before: readonly string[], after: readonly string[]): DiffLine[] {
  const all = (mark: '-' | '+', lines: readonly string[]) => lines.map((text): DiffLine => ({ mark, text }));
  if (before.length * after.length > maxCells) return [...all('-', before), ...all('+', after)];
  const width = after.length + 1;
  // Length of the longest common part of what is left from each place on.
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push({ mark: '-', text: before[i++] ?? '' });
    else lines.push({ mark: '+', text: after[j++] ?? '' });
  }
  return lines;
}
