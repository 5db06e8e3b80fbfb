/** One part of what `npm run check` and `npm test` do. */
export interface Step {
  name: string;
  run(signal: AbortSignal): Promise<Outcome>;
}

export interface Outcome {
  passed: number;
  failed: number;
  /** What a person should know besides: tests that were skipped, and why that is right. */
  remarks: string[];
}

/** A step that failed without a failing test (it crashed, it could not be built) counts as one failure. */
export function outcomeOf(code: number, counted: Outcome = { passed: 0, failed: 0, remarks: [] }): Outcome {
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

const skippedOnPurpose = /\(needs [^)]+\)/;

/** A skipped test is a failure, unless its name says what it needs: `runs as another user (needs root)`. */
export function countSkipped(names: readonly string[], outcome: Outcome): Outcome {
  const onPurpose = names.filter(name => skippedOnPurpose.test(name));
  const others = names.filter(name => !skippedOnPurpose.test(name));
  return {
    passed: outcome.passed,
    failed: outcome.failed + others.length,
    remarks: [
      ...outcome.remarks,
      ...onPurpose.map(name => `skipped: ${name}`),
      ...others.map(name => `skipped without a reason, counts as failed: ${name}`),
    ],
  };
}
