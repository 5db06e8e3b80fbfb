import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import {
  block,
  columnOf,
  endOf,
  inline,
  isBlockScalar,
  type Layout,
  layoutOf,
  lineEnd,
  lineStart,
  literal,
  startOf,
} from './layout.ts';
import { isItem, type Step, stepsOf, withValue } from './path.ts';

export interface FieldEdit {
  /** `/spec/containers/[name=web]/image`, or its steps. */
  path: string | readonly Step[];
  /** Undefined takes the field out. */
  value?: unknown;
}

/** The new text, and the line that was written; or why it cannot be done. */
export type Edited = { text: string; line: number } | { why: string };

class Unable extends Error {}

interface Splice {
  from: number;
  to: number;
  text: string;
}

/**
 * Changes one field of one document of a YAML or JSON file, and no other character: comments, order and layout stay. What comes
 * out is read again, and means what was asked for and nothing else.
 */
export function editField(text: string, path: string, index: number, edit: FieldEdit): Edited {
  const layout = layoutOf(text, path);
  const steps = typeof edit.path === 'string' ? stepsOf(edit.path) : edit.path;
  try {
    const before = documentsOf(text);
    const document = before[index];
    if (document === undefined) throw new Unable('the file has changed');
    const { from, to, text: put } = spliceFor(document, steps, edit.value, layout);
    const edited = text.slice(0, from) + put + text.slice(to);
    const wanted = withValue(document.toJS(), steps, edit.value);
    prove(edited, before, index, wanted);
    const line = text.slice(0, from).split('\n').length + (put.startsWith('\n') || put.startsWith('\r\n') ? 1 : 0);
    return { text: edited, line };
  } catch (error) {
    if (error instanceof Unable) return { why: error.message };
    throw error;
  }
}

/** Takes a whole document out of a file; the text is '' when nothing is left. */
export function dropDocument(text: string, path: string, index: number): Edited {
  if (layoutOf(text, path).isJson) return { text: '', line: 1 };
  const starts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index: at }) => at);
  const bounds =
    starts[0] !== undefined &&
    text
      .slice(0, starts[0])
      .replace(/^\s*#.*$|^%.*$/gm, '')
      .trim() === ''
      ? [0, ...starts.slice(1)]
      : [0, ...starts];
  const from = bounds[index];
  const before = documentsOf(text);
  if (from === undefined || bounds.length !== before.length) return { why: 'its file is laid out in an unusual way' };
  const to = bounds[index + 1] ?? text.length;
  const left =
    before.length === 1
      ? ''
      : text.slice(0, from) + text.slice(to).replace(index === 0 ? /^---[ \t]*\r?\n/ : /^(?!)/, '');
  return { text: left, line: text.slice(0, from).split('\n').length };
}

function documentsOf(text: string): Document[] {
  const parsed = parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
  if (!Array.isArray(parsed)) throw new Unable('its file is empty');
  if (parsed.some(({ errors }) => errors.length > 0)) throw new Unable('its file is no valid YAML');
  return parsed as Document[];
}

function prove(text: string, before: readonly Document[], index: number, wanted: unknown): void {
  const after = documentsOf(text);
  const same =
    after.length === before.length &&
    after.every((document, i) => {
      const expected = i === index ? wanted : before[i]?.toJS();
      return canonical(document.toJS()) === canonical(expected);
    });
  if (!same) throw new Unable('its place in the file cannot be changed without touching more');
}

function spliceFor(document: Document, steps: readonly Step[], value: unknown, layout: Layout): Splice {
  let node: unknown = document.contents;
  let parent: { pair?: Pair; list?: YAMLSeq; at?: number; map?: YAMLMap } = {};
  let flow = layout.inBrackets;
  for (const [i, step] of steps.entries()) {
    if (isAlias(node) || (node as Scalar | null)?.anchor) throw new Unable('an anchor shares it with other places');
    const inner = { ...layout, inBrackets: flow || ((isMap(node) || isSeq(node)) && node.flow === true) };
    flow = inner.inBrackets;
    const rest = steps.slice(i + 1);
    if (isMap(node) && 'field' in step) {
      const at = node.items.findIndex(({ key }) => isScalar(key) && String(key.value) === step.field);
      const pair = node.items[at];
      if (pair === undefined) return addPair(node, step.field, nested(rest, value), inner);
      if (rest.length === 0 && value === undefined) return dropItem(node, at, inner);
      parent = { pair, map: node };
      node = pair.value;
    } else if (isSeq(node) && !('field' in step)) {
      const at = node.items.findIndex(item => isItem(toJS(item, document), step));
      if (at < 0) return addItem(node, nested([step, ...rest], value, true), inner);
      if (rest.length === 0 && value === undefined) return dropItem(node, at, inner);
      parent = { list: node, at };
      node = node.items[at];
    } else if (isEmpty(node)) {
      return replace(node, parent, nested([step, ...rest], value), inner);
    } else throw new Unable('its field is not where it is expected');
  }
  if (isAlias(node) || (node as Scalar | null)?.anchor) throw new Unable('an anchor shares it with other places');
  return replace(node, parent, value, { ...layout, inBrackets: flow });
}

function toJS(item: unknown, document: Document): unknown {
  return (item as { toJS?(document: Document): unknown } | null)?.toJS?.(document);
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** What has to be put where the path ends early. */
function nested(steps: readonly Step[], value: unknown, isItemItself = false): unknown {
  if (value === undefined) throw new Unable('its field is not in the file: something else sets it');
  const made = withValue(undefined, steps, value);
  if (made === undefined) throw new Unable('its field is not where it is expected');
  return isItemItself ? (made as unknown[])[0] : made;
}

function replace(
  node: unknown,
  { pair, list }: { pair?: Pair; list?: YAMLSeq },
  value: unknown,
  layout: Layout,
): Splice {
  const { text, newline } = layout;
  const old = isScalar(node) ? node : undefined;
  const line = inline(value, layout, old);
  const behind = pair === undefined ? startOf(node) : text.indexOf(':', endOf(pair.key)) + 1;
  const column =
    pair === undefined
      ? list === undefined
        ? 0
        : columnOf(text, startOf(node)) - 2
      : columnOf(text, startOf(pair.key));
  const isWritten = node !== null && endOf(node) > startOf(node);
  // A block scalar ends behind its line end.
  const end = isWritten ? (isBlockScalar(node) ? trimmedEnd(text, endOf(node)) : endOf(node)) : behind;
  const space = pair === undefined ? '' : ' ';
  if (line !== undefined) {
    const isOneLine = old !== undefined && isWritten && !isBlockScalar(node);
    return { from: isOneLine ? startOf(node) : behind, to: end, text: isOneLine ? line : space + line };
  }
  if (typeof value === 'string') {
    const indent = (isBlockScalar(node) ? blockIndent(text, node) : undefined) ?? ' '.repeat(column + 2);
    const lines = literal(value, indent, newline) ?? JSON.stringify(value);
    // Blank lines of `|+` are a part of what is replaced.
    const to = isBlockScalar(node) ? trimmedEnd(text, endOf(node)) : end;
    return { from: behind, to, text: space + lines };
  }
  if (pair === undefined) {
    if (list === undefined) throw new Unable('it would be the whole file');
    const indent = ' '.repeat(column + 2);
    return { from: startOf(node), to: end, text: block(value).join(newline + indent) };
  }
  const indent = newline + ' '.repeat(column + (Array.isArray(value) && !indentsLists(text, node) ? 0 : 2));
  return { from: behind, to: end, text: indent + block(value).join(indent) };
}

/** Whether a list that is there is farther to the right than its key. */
function indentsLists(text: string, node: unknown): boolean {
  if (!isSeq(node) || node.flow === true) return true;
  const dash = columnOf(text, startOf(node));
  return dash > (/^[ ]*(?:- )*/.exec(text.slice(lineStart(text, lineStart(text, startOf(node)) - 1)))?.[0].length ?? 0);
}

function trimmedEnd(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}

function blockIndent(text: string, node: Scalar): string | undefined {
  const body = text.slice(text.indexOf('\n', startOf(node)) + 1, endOf(node));
  return /^([ ]+)\S/m.exec(body)?.[1];
}

function addPair(map: YAMLMap, field: string, value: unknown, layout: Layout): Splice {
  const { text, newline } = layout;
  const last = map.items.at(-1);
  if (layout.inBrackets) {
    return addInBrackets(map, last, `${inline(field, layout)}: ${inline(value, layout)}`, layout);
  }
  if (last === undefined) throw new Unable('its field is not where it is expected');
  const indent = ' '.repeat(columnOf(text, startOf(map.items[0]?.key)));
  const key = inline(field, layout) ?? JSON.stringify(field);
  const lines = pairLines(key, value, layout);
  return addLines(text, endOf(last), indent, lines, newline);
}

function pairLines(key: string, value: unknown, layout: Layout): string[] {
  const line = inline(value, layout);
  if (line !== undefined) return [`${key}: ${line}`];
  if (typeof value === 'string') {
    const lines = literal(value, '  ', '\n');
    return lines === undefined ? [`${key}: ${JSON.stringify(value)}`] : `${key}: ${lines}`.split('\n');
  }
  return [`${key}:`, ...block(value).map(one => `  ${one}`)];
}

function addItem(list: YAMLSeq, value: unknown, layout: Layout): Splice {
  const { text, newline } = layout;
  const last: unknown = list.items.at(-1);
  if (layout.inBrackets) return addInBrackets(list, last, inline(value, layout) ?? JSON.stringify(value), layout);
  if (last === undefined) throw new Unable('its field is not where it is expected');
  const dash = text.lastIndexOf('-', startOf(last) - 1);
  const [first = '', ...others] = inline(value, layout) === undefined ? block(value) : [inline(value, layout) ?? ''];
  const lines = [`- ${first}`, ...others.map(line => `  ${line}`)];
  return addLines(text, endOf(last), ' '.repeat(columnOf(text, dash)), lines, newline);
}

function addLines(text: string, end: number, indent: string, lines: readonly string[], newline: string): Splice {
  const put = lines.map(line => (line === '' ? line : indent + line)).join(newline);
  if (text[end - 1] === '\n') return { from: end, to: end, text: put + newline };
  const at = lineEnd(text, end);
  return { from: at, to: at, text: newline + put };
}

function addInBrackets(holder: YAMLMap | YAMLSeq, last: unknown, item: string, { text }: Layout): Splice {
  if (last === undefined) return { from: startOf(holder) + 1, to: startOf(holder) + 1, text: item };
  const first: unknown = holder.items[0];
  const at = startOf(isSeq(holder) ? first : (first as Pair).key);
  const ownLine = /^\s*$/.test(text.slice(lineStart(text, at), at));
  const gap = ownLine ? `\n${' '.repeat(columnOf(text, at))}` : ' ';
  return { from: endOf(last), to: endOf(last), text: `,${gap}${item}` };
}

function dropItem(holder: YAMLMap | YAMLSeq, at: number, { text }: Layout): Splice {
  const startOfItem = (item: unknown) => startOf(isMap(holder) ? (item as Pair).key : item);
  const items: unknown[] = holder.items;
  const item = items[at];
  if (items.length === 1) {
    const empty = isMap(holder) ? '{}' : '[]';
    if (holder.flow === true) return { from: startOf(holder), to: holder.range?.[1] ?? 0, text: empty };
    const from = text.slice(0, startOf(holder)).trimEnd().length;
    return { from, to: trimmedEnd(text, endOf(item)), text: ` ${empty}` };
  }
  if (holder.flow === true) {
    const next = items[at + 1];
    if (next !== undefined) return { from: startOfItem(item), to: startOfItem(next), text: '' };
    return { from: endOf(items[at - 1]), to: endOf(item), text: '' };
  }
  const begins = isMap(holder) ? startOfItem(item) : text.lastIndexOf('-', startOfItem(item) - 1);
  const end = endOf(item);
  const after = text[end - 1] === '\n' ? end : Math.min(text.length, text.indexOf('\n', end) + 1 || text.length);
  const line = lineStart(text, begins);
  if (text.slice(line, begins).trim() === '') return { from: line, to: after, text: '' };
  const next = items[at + 1];
  if (next === undefined) throw new Unable('its place in the file cannot be changed without touching more');
  const goesOn = isMap(holder) ? startOfItem(next) : text.lastIndexOf('-', startOfItem(next) - 1);
  return { from: begins, to: goesOn, text: '' };
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
