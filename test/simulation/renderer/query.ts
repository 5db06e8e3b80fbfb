import { Problem } from './protocol.ts';
import type { Rendered } from './render.ts';

/** Paths as jq writes the simplest of them: `.spec.replicas`, `.data["a.b"]`, `.spec.containers[0].image`. */
const step = /^\.([A-Za-z_]\w*)|^\.?\["([^"]*)"\]|^\[(\d+)\]/;

/** Answers `paths` for expressions that name one field; other jq is refused. */
export function queryPaths(head: Record<string, unknown>, document: Buffer): Rendered {
  const expressions = head.expressions as string[];
  if (head.mode !== 'paths') throw new Problem('RENDER_QUERY_INVALID', { expression: '', reason: 'only paths' });
  const value: unknown = JSON.parse(document.toString('utf8'));
  const paths = expressions.map(parse).filter(path => exists(value, path));
  return { head: { type: 'result', paths }, tails: [] };
}

function parse(expression: string): (string | number)[] {
  const path: (string | number)[] = [];
  for (let rest = expression.trim(); rest !== ''; ) {
    const [whole, name, quoted, index] = step.exec(rest) ?? [];
    if (whole === undefined) {
      throw new Problem('RENDER_QUERY_INVALID', { expression, reason: 'the model knows no such jq' });
    }
    path.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return path;
}

function exists(value: unknown, path: readonly (string | number)[]): boolean {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<string | number, unknown>)[key];
  }
  return true;
}
