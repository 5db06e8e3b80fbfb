import { isMap, isPair, isScalar, isSeq, type Scalar, stringify } from 'yaml';

/** How a file is written, as far as an edit has to go on in the same way. */
export interface Layout {
  text: string;
  newline: string;
  /** Within brackets, or a file of JSON: there, all is. */
  inBrackets: boolean;
  isJson: boolean;
}

export function layoutOf(text: string, path: string): Layout {
  const isJson = path.endsWith('.json');
  return { text, newline: text.includes('\r\n') ? '\r\n' : '\n', isJson, inBrackets: isJson };
}

/** Offset behind the last character of a node; comments after it do not count. */
export function endOf(node: unknown): number {
  if (isPair(node)) return endOf(node.value ?? node.key);
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    return last === undefined ? (node.range?.[1] ?? 0) : endOf(last);
  }
  const range = (node as { range?: [number, number, number] } | null)?.range;
  return range?.[1] ?? 0;
}

export function startOf(node: unknown): number {
  return (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Offset of the line end at or after `at`, or of the text's end. */
export function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  if (found < 0) return text.length;
  return text[found - 1] === '\r' && found > at ? found - 1 : found;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** One line, for where brackets are, or a new value on the line of its key. Undefined: it takes several lines. */
export function inline(value: unknown, { isJson, inBrackets }: Layout, old?: Scalar): string | undefined {
  if (typeof value !== 'string') {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && !inBrackets) return undefined;
    return JSON.stringify(value);
  }
  if (isJson || (inBrackets && !/^[\w./-]+$/.test(value)) || old?.type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  if (value.includes('\n')) return undefined;
  if (old?.type === 'QUOTE_SINGLE' && !hasControl(value)) return `'${value.replaceAll("'", "''")}'`;
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return plain.includes('\n') ? JSON.stringify(value) : plain;
}

function hasControl(text: string): boolean {
  return [...text].some(character => character < ' ' || character === '\u007f');
}

/** Lines of a value below its key, without indentation. `sequences` of a mapping: as far to the right as their key, or farther. */
export function block(value: unknown): string[] {
  return stringify(value, { lineWidth: 0, indent: 2, indentSeq: false }).trimEnd().split('\n');
}

/** `|` and its lines, indented; undefined for text that YAML cannot hold so. */
export function literal(value: string, indent: string, newline: string): string | undefined {
  if (/^[ \t\n]/.test(value) || /[^\n\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/.test(value) || /[ \t]\n/.test(value))
    return undefined;
  const body = value.replace(/\n+$/, '');
  const ends = value.length - body.length;
  const mark = ends === 0 ? '|-' : ends === 1 ? '|' : '|+';
  const lines = [...body.split('\n'), ...Array.from({ length: Math.max(0, ends - 1) }, () => '')];
  return [mark, ...lines.map(line => (line === '' ? '' : indent + line))].join(newline);
}

export function isBlockScalar(node: unknown): node is Scalar {
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
}
