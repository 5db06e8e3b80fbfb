import type { TreeRow } from './resource-tree.ts';

/** Where a line of the tree stands in the picture of it; in units of a box and the gap after it. */
export interface GraphBox {
  row: TreeRow;
  column: number;
  line: number;
}

export interface Graph {
  boxes: GraphBox[];
  /** From the box of what made something to the box of that, as indexes. */
  edges: { from: number; to: number }[];
  columns: number;
  lines: number;
}

/** What made something stands to the left of it, in the middle of all that it made. */
export function graphOf(rows: readonly TreeRow[]): Graph {
  const boxes: GraphBox[] = rows.map(row => ({ row, column: row.depth, line: 0 }));
  const edges: Graph['edges'] = [];
  /** The last box of each depth: the tree's lines come after what they belong to. */
  const open: number[] = [];
  for (const [index, { column }] of boxes.entries()) {
    const from = open[column - 1];
    if (column > 0 && from !== undefined) edges.push({ from, to: index });
    open.length = column;
    open[column] = index;
  }
  const children = Map.groupBy(edges, ({ from }) => from);
  let lines = 0;
  // From the end: what it has made is placed before the box itself.
  const isParent = new Set(edges.map(({ from }) => from));
  for (const [index, box] of boxes.entries()) if (!isParent.has(index)) box.line = lines++;
  for (let index = boxes.length - 1; index >= 0; index--) {
    const own = children.get(index)?.map(({ to }) => boxes[to]?.line ?? 0);
    const box = boxes[index];
    if (own === undefined || box === undefined) continue;
    box.line = (Math.min(...own) + Math.max(...own)) / 2;
  }
  return { boxes, edges, lines, columns: Math.max(0, ...boxes.map(({ column }) => column + 1)) };
}
