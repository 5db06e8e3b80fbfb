import type { Timers } from '../env/env.ts';
import { asFailure } from '../errors.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { LogLine } from '../targets/target.ts';
import { toProblem } from './problems.ts';
import type { Rows } from './rows.ts';

/** A sign of life at least this often, so that both ends notice a dead connection. */
const heartbeatMs = 15_000;
/** Most changes in one write. */
const batch = 200;

/**
 * Server-sent events: `ready`, then `application` with the row of each that changed, `removed` for one that is gone.
 * A reader that is slow misses states between, never the last: what waits for it is a set of names, and what is
 * sent is how they are then.
 */
export async function* changeStream(
  operator: Operator,
  rows: Rows,
  timers: Timers,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const waiting = new Set<string>();
  let wake = () => {};
  const end = operator.onChange(name => {
    waiting.add(name);
    wake();
  });
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    yield 'event: ready\ndata: {}\n\n';
    while (!signal.aborted) {
      if (waiting.size === 0) {
        await new Promise<void>(resolve => {
          const cancel = timers.after(heartbeatMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      const names = [...waiting].slice(0, batch);
      for (const name of names) waiting.delete(name);
      yield names.length === 0 ? ': alive\n\n' : names.map(name => changeEvent(operator, rows, name)).join('');
    }
  } finally {
    end();
    signal.removeEventListener('abort', stop);
  }
}

function changeEvent(operator: Operator, rows: Rows, name: string): string {
  try {
    return `event: application\ndata: ${rows.text(operator.application(name))}\n\n`;
  } catch {
    return `event: removed\ndata: ${JSON.stringify({ name })}\n\n`;
  }
}

/**
 * One JSON object a line; an empty line is a sign of life; a failure on the way is a last line `{"error": {…}}`.
 * Resolves when the first line, its failure, or a moment without either has come: a failure then is the answer's own.
 */
export async function logStream(lines: AsyncIterable<LogLine>, timers: Timers): Promise<AsyncGenerator<string>> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  await soon(first, 300, timers);
  return rest(iterator, first, timers);
}

async function* rest(
  iterator: AsyncIterator<LogLine>,
  first: Promise<IteratorResult<LogLine>>,
  timers: Timers,
): AsyncGenerator<string> {
  let next = first;
  try {
    while (true) {
      const result = await soon(next, heartbeatMs, timers);
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
