import { isWrite } from '../monitors/evidence.ts';
import { type Case, randomCase, readFaults, referenceCase, runCase, type Target, writeFaults } from './cases.ts';
import { describeAction } from './history.ts';
import type { Outcome } from './run.ts';
import { shrink, withActions } from './shrink.ts';

export interface ReplayOptions {
  seed?: string | undefined;
  target?: Target | undefined;
  reference?: string | undefined;
  faults?: string | undefined;
  /** Numbers of the actions to keep. */
  actions?: string | undefined;
  /** Without what is done at rest. */
  bare?: boolean | undefined;
  shrink?: boolean | undefined;
  /** Tell everything: the operators' logs, and each write. */
  tell?: boolean | undefined;
}

export function caseOf({ seed, target, reference, faults, actions, bare }: ReplayOptions): Case {
  const given = faults === undefined ? undefined : readFaults(faults);
  const one = reference === undefined ? randomCase(Number(seed), target) : referenceCase(reference, given ?? []);
  if (given !== undefined) one.plan = { kind: 'list', faults: given };
  if (actions !== undefined)
    one.history = withActions(
      one.history,
      actions
        .split(',')
        .filter(text => text !== '')
        .map(Number),
    );
  if (bare) one.history = { ...one.history, encores: [] };
  return one;
}

/** Runs one history again and tells what happened in it; with `shrink`, also the least that still fails. Answers the exit status. */
export async function replay(options: ReplayOptions, print: (line: string) => void): Promise<number> {
  const one = caseOf(options);
  const { history } = one;
  const outcome = await runCase(one, { hashed: true });
  print(`${history.words}; calm from ${history.calmAt / 1000} s; then ${history.encores.join(', ') || 'nothing'}`);
  for (const [i, action] of history.actions.entries()) print(`  ${i}  ${describeAction(action)}`);
  for (const { at, point, verdict } of outcome.evidence.carried)
    print(
      `  fault at ${(at / 1000).toFixed(1)} s: ${point.kind} ${point.index} ${JSON.stringify(verdict)} ${point.detail}`,
    );
  if (options.tell) for (const line of account(outcome)) print(line);
  for (const { monitor, at, words } of outcome.violations)
    print(`VIOLATION ${monitor} at ${(at / 1000).toFixed(1)} s: ${words}`);
  print(`${outcome.violations.length} violations, ${outcome.steps} steps, ${outcome.hash.slice(0, 12)}`);
  const first = outcome.violations[0];
  if (first === undefined) return 0;
  if (options.shrink) {
    const least = await shrink(history, outcome.faults, first.monitor);
    const seeded = `--seed ${options.seed}${options.target === undefined ? '' : ` --target ${options.target}`}`;
    const place = options.reference === undefined ? seeded : `--reference '${options.reference}'`;
    const bare = least.history.encores.length === 0 ? ' --bare' : '';
    print(`after ${least.runs} runs, the least that breaks "${first.monitor}":`);
    print(
      `npm run simulate -- ${place} --actions ${least.actions.join(',')} --faults '${writeFaults(least.faults)}'${bare}`,
    );
  }
  return 1;
}

function account({ log, evidence }: Outcome): string[] {
  const second = (ms: number) => (ms / 1000).toFixed(3).padStart(9);
  const lines: [number, string][] = [
    ...log.map(({ at, operator, level, message, fields }): [number, string] => [
      at,
      `${operator} ${level} ${message} ${JSON.stringify(fields)}`,
    ]),
    ...evidence.log
      .filter(seen => isWrite(seen) || seen.status >= 400)
      .map(({ at, userAgent, method, path, status, dryRun }): [number, string] => [
        at,
        `    ${userAgent} ${method} ${path.split('&')[0]} ${status}${dryRun ? ' (dry run)' : ''}`,
      ]),
    ...evidence.said.map(({ at, application, sync, revision, health }): [number, string] => [
      at,
      `  said: ${application} ${sync} ${health} at ${revision.slice(0, 7)}`,
    ]),
    ...evidence.heads.map(({ at, commit }): [number, string] => [at, `  git: ${commit.slice(0, 7)}`]),
    ...evidence.lives.map(({ at, event, operator, reason }): [number, string] => [
      at,
      `  ${operator} ${event} ${reason ?? ''}`,
    ]),
  ];
  lines.sort(([a], [b]) => a - b);
  return lines.map(([at, words]) => `${second(at)} ${words}`);
}
