import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  /** Beginnings of workloads' names; all when empty. */
  only: string[];
  json: string | undefined;
  /** Whether to write the results into docs/performance.md. */
  publish: boolean;
  /** Draw how cost grows, instead of the workloads. */
  grow: boolean;
}

export const usage = `npm run bench -- [--quick] [--only NAME]... [--json FILE] [--publish] [--grow]

  --quick      small sizes, under five minutes; goals that are for a size are left out
  --only NAME  the workloads whose name begins so; can be repeated
  --json FILE  writes [{name, value, unit, goal, met, shareOfW?}]
  --publish    writes the results into docs/performance.md; with --only those of these workloads anew
  --grow       measures how cost grows with size, and draws docs/performance/*.svg
`;

/** Throws with what is wrong with them. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      publish: { type: 'boolean', default: false },
      grow: { type: 'boolean', default: false },
    },
  });
  if (values.publish && values.quick) throw new Error('results of small sizes are not published');
  return { ...values, json: values.json };
}
