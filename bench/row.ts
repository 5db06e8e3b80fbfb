/** One result, as it is written to the JSON file. */
export interface Row {
  /** `first sync: time` */
  name: string;
  /** Null: it could not be measured, and `note` says why. */
  value: number | null;
  unit: string;
  /** In words: `≤ 12`; null where there is none, or where it is for another size than this run's. */
  goal: string | null;
  met: boolean | null;
  /** Of the most that this API server takes from a minimal client, measured in the same run: 1 is all of it. */
  shareOfW?: number;
  /** Every run, where there was more than one; `value` is their median. */
  runs?: number[];
  note?: string;
}

export type Goal = { atMost: number } | { atLeast: number };

export interface RowOptions {
  goal?: Goal | undefined;
  /** Judged instead of the value. */
  shareOfW?: number;
  /** The goal is for the share of W. */
  goalOfShare?: Goal | undefined;
  runs?: readonly number[];
  note?: string;
}

export function row(name: string, value: number, unit: string, options: RowOptions = {}): Row {
  const { goal, shareOfW, goalOfShare, runs = [], note } = options;
  const judged = goalOfShare ?? goal;
  const met = judged === undefined ? null : isMet(judged, goalOfShare === undefined ? value : (shareOfW ?? Number.NaN));
  return {
    name,
    value: Number.isFinite(value) ? rounded(value) : null,
    unit,
    goal: judged === undefined ? null : inWords(judged, goalOfShare !== undefined),
    met,
    ...(shareOfW === undefined ? {} : { shareOfW: rounded(shareOfW) }),
    ...(runs.length > 1 ? { runs: runs.map(rounded) } : {}),
    ...(note === undefined ? {} : { note }),
  };
}

/** For what broke: it is in the table, and counts as not reached. */
export function failedRow(name: string, reason: string): Row {
  return { name, value: null, unit: '', goal: 'it runs', met: false, note: reason };
}

function isMet(goal: Goal, value: number): boolean {
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function inWords(goal: Goal, isShare: boolean): string {
  const [sign, bound] = 'atMost' in goal ? ['≤', goal.atMost] : ['≥', goal.atLeast];
  return isShare ? `${sign} ${Math.round(bound * 100)} % of W` : `${sign} ${bound}`;
}

/** Four digits say more than can be measured. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
