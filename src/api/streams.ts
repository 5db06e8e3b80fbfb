import type { Timers } from '../env/env.ts';
import { asFailure } from '../errors.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { LogLine } from '../targets/target.ts';
import type { Changes } from './changes.ts';
import { toProblem } from './problems.ts';
import type { Rows } from './rows.ts';

/** A sign of life at least this often, so that both ends notice a dead connection. */
const heartbeatMs = 15_000;
/** Most changes in one write. */
const batch = 200;

export interface ChangeParts {
  operator: Operator;
  rows: Rows;
  changes: Changes;
  timers: Timers;
  /** Whether the reader may know of an application of this name and project. */
  shows: (name: string, project: string) => boolean;
}

/**
 * Server-sent events: `ready`, then `application` with the row of each that changed, `removed` for one that is gone (or is not the
 * reader's to see any longer). A reader that is slow misses states between, never the last: what waits for it is a set of names, and
 * what is sent is how they are then.
 */
export async function* changeStream(parts: ChangeParts, signal: AbortSignal): AsyncGenerator<string> {
  const { changes, timers } = parts;
  /** With the project of each when it began to wait. */
  const waiting = new Map<string, string | undefined>();
  let wake = () => {};
  let silent = false;
  const breakSilence = () => {
    silent = true;
    wake();
  };
  let stopTimer = timers.after(heartbeatMs, breakSilence);
  const end = changes.onChange((name, former) => {
    if (!waiting.has(name)) waiting.set(name, former);
    wake();
  });
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    yield 'event: ready\ndata: {}\n\n';
    while (!signal.aborted) {
      if (waiting.size === 0 && !silent) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      if (signal.aborted) return;
      const some = [...waiting].slice(0, batch);
      for (const [name] of some) waiting.delete(name);
      const text = some.map(([name, former]) => changeEvent(parts, name, former)).join('');
      // Changes that the reader may not know of are no sign of life.
      if (text === '' && !silent) continue;
      yield text === '' ? ': alive\n\n' : text;
      stopTimer();
      silent = false;
      stopTimer = timers.after(heartbeatMs, breakSilence);
    }
  } finally {
    stopTimer();
    end();
    signal.removeEventListener('abort', stop);
  }
}

function changeEvent({ operator, rows, shows }: ChangeParts, name: string, former: string | undefined): string {
  try {
    const status = operator.application(name);
    if (shows(name, status.project)) return `event: application\ndata: ${rows.text(status)}\n\n`;
  } catch {
    // It is gone.
  }
  const wasSeen = former !== undefined && shows(name, former);
  return wasSeen ? `event: removed\ndata: ${JSON.stringify({ name })}\n\n` : '';
}

/**
 * One JSON object a line; an empty line is a sign of life; a failure on the way is a last line `{"error": {…}}`.
 * Resolves when the first line, its failure, or a moment without either has come: a failure then is the answer's own.
 */
export async function logStream(
  lines: AsyncIterable<LogLine>,
  timers: Timers,
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  await soon(first, 300, timers);
  return rest(iterator, first, timers, signal);
}

async function* rest(
  iterator: AsyncIterator<LogLine>,
  first: Promise<IteratorResult<LogLine>>,
  timers: Timers,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let next = first;
  const cut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  cut.catch(() => undefined);
  try {
    while (true) {
      signal.throwIfAborted();
      const result = await soon(Promise.race([next, cut]), heartbeatMs, timers);
      if (result === undefined) {
        yield '\n';
        continue;
      }
      if (result.done === true) return;
      const { source, text, at } = result.value;
      yield `${JSON.stringify({ source, text, ...(at === undefined ? {} : { at }) })}\n`;
      next = iterator.next();
    }
  } catch (error) {
    yield `${JSON.stringify({ error: toProblem(asFailure(error)) })}\n`;
  } finally {
    await iterator.return?.();
  }
}

/** What it resolves to, or undefined when that takes longer. */
async function soon<T>(promise: Promise<T>, ms: number, timers: Timers): Promise<T | undefined> {
  let cancel = () => {};
  const late = new Promise<undefined>(resolve => {
    cancel = timers.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
