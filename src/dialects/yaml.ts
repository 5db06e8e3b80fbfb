import { isMap, isNode, isScalar, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';

/** Declarations are small; whatever is larger than this is not one, and parsing takes about a second per MiB. */
export const maxDeclarationBytes = 1024 * 1024;
const maxAliases = 100;
const maxDocuments = 5_000;

interface Position {
  /** From 1. */
  line: number;
  column: number;
}

export interface YamlProblem extends Position {
  reason: string;
}

export interface YamlDocument {
  /** Plain JSON values only. */
  value: unknown;
  /** Where the value at `path` begins (for a key of an object: where the key is written); what is missing is at its parent. */
  locate(path: readonly PropertyKey[]): Position;
}

/** Parses a file of YAML (or JSON) documents, all or nothing. Empty documents are left out. */
export function parseYaml(text: string): { documents: YamlDocument[]; problem?: YamlProblem } {
  const refusal = refuse(text);
  if (refusal) return { documents: [], problem: { line: 1, column: 1, reason: refusal } };
  const lines = new LineCounter();
  const parsed = parseAllDocuments<ParsedNode>(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(parsed)) return { documents: [] };

  const documents: YamlDocument[] = [];
  for (const document of parsed) {
    const [error] = document.errors;
    if (error)
      return { documents: [], problem: { ...positionAt(lines, error.pos[0]), reason: firstLine(error.message) } };
    let value: unknown;
    try {
      // Through JSON: what refers to itself is refused, and nothing is shared between places.
      value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: maxAliases }) ?? null));
    } catch (thrown) {
      const reason = thrown instanceof Error ? firstLine(thrown.message) : String(thrown);
      return { documents: [], problem: { ...positionAt(lines, document.range[0]), reason } };
    }
    if (value === null) continue;
    documents.push({ value, locate: path => positionAt(lines, offsetOf(document.contents, path)) });
  }
  return { documents };
}

/** What would take long to parse is refused by sight. Only bombs repeat aliases by the thousand or nest by the hundred. */
function refuse(text: string): string | undefined {
  if (text.length > maxDeclarationBytes) return `larger than the limit of ${maxDeclarationBytes} bytes`;
  if (countAtMost(text, /(?<=[\s[{,:-])\*\w/g, maxDocuments) > maxDocuments) return 'too many aliases';
  if (countAtMost(text, /^---/gm, maxDocuments) > maxDocuments) return `more than ${maxDocuments} documents`;
  if (flowDepth(text) > 200 || blockDepth(text) > 200 || /(?:[ \t]*[-?:][ \t]){50}/.test(text))
    return 'nested too deeply';
  return undefined;
}

function countAtMost(text: string, pattern: RegExp, most: number): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count > most) break;
  return count;
}

/** Of brackets, those in strings included: declarations do not have 200 open brackets. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [character] of text.matchAll(/[[\]{}]/g)) {
    depth = character === '[' || character === '{' ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function offsetOf(root: ParsedNode | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 200) ?? '';
}

/** How many indentations are open at once, at the most. */
function blockDepth(text: string): number {
  const open: number[] = [];
  let deepest = 0;
  for (const [, spaces = ''] of text.matchAll(/^( *)[^ \n]/gm)) {
    while ((open.at(-1) ?? -1) >= spaces.length) open.pop();
    open.push(spaces.length);
    deepest = Math.max(deepest, open.length);
  }
  return deepest;
}
