import type { Timers } from '../../env/env.ts';
import type { Changes } from '../changes.ts';
import type { ChangesView, ListRow } from '../list-schemas.ts';

/** At most so often something is sent to one reader: what changes meanwhile is told together. */
const quietMs = 250;
/** A sign of life at least this often. */
const heartbeatMs = 15_000;
/** Most applications in one event. */
const batch = 1_000;

export interface ListChangeParts {
  changes: Changes;
  timers: Timers;
  shows: (name: string, project: string) => boolean;
  /** Its project now; undefined: it is gone. */
  projectOf: (name: string) => string | undefined;
  row: (name: string) => Promise<ListRow | undefined>;
  /** Name of the state after a generation, for this reader. */
  stateAt: (generation: number) => string;
  /** Their rows are sent whole. */
  whole: ReadonlySet<string>;
  /** Nothing is said of others. */
  only: boolean;
  /** The generation up to which the reader has seen everything; undefined: what it has seen is good for nothing. */
  after: number | undefined;
}

/**
 * Server-sent events: `ready` or `reset`, then `changes`. A reader that is slow, or was away, misses states between, never the
 * last: what waits for it is a set of names.
 */
export async function* listChanges(parts: ListChangeParts, signal: AbortSignal): AsyncGenerator<string> {
  const { changes, timers } = parts;
  /** With the projects in which the reader may have seen each. */
  const waiting = new Map<string, Set<string>>();
  const wait = (name: string, project: string | undefined) => {
    if (parts.only && !parts.whole.has(name)) return;
    const projects = waiting.get(name) ?? new Set<string>();
    waiting.set(name, project === undefined ? projects : projects.add(project));
  };
  let wake = () => {};
  let silent = false;
  let stopTimer = () => {};
  const listenForSilence = () => {
    stopTimer();
    silent = false;
    stopTimer = timers.after(heartbeatMs, () => {
      silent = true;
      wake();
    });
  };
  const end = changes.onChange((name, former) => {
    wait(name, former);
    wake();
  });
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    const missed = parts.after === undefined ? undefined : changes.since(parts.after);
    for (const { name, project } of missed?.departures ?? []) wait(name, project);
    for (const name of missed?.changed ?? []) wait(name, undefined);
    const known = missed === undefined ? changes.generation : (parts.after ?? 0);
    yield message(missed === undefined ? 'reset' : 'ready', {}, parts.stateAt(known));
    listenForSilence();
    while (!signal.aborted) {
      if (waiting.size === 0 && !silent) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      if (signal.aborted) return;
      const text = await next(parts, waiting);
      if (text !== '' || silent) {
        yield text === '' ? ': alive\n\n' : text;
        listenForSilence();
      }
      await timers.sleep(quietMs, signal).catch(() => undefined);
    }
  } finally {
    stopTimer();
    end();
    signal.removeEventListener('abort', stop);
  }
}

/** Those that changed first; what is sent is how they are now, so that the last one's generation says how far the reader is. */
async function next(parts: ListChangeParts, waiting: Map<string, Set<string>>): Promise<string> {
  const { changes, shows, projectOf, row, whole } = parts;
  const upTo = changes.generation;
  if (waiting.size === 0) return '';
  const order = [...waiting.keys()].map(name => ({ name, generation: changes.generationOf(name) }));
  order.sort((a, b) => a.generation - b.generation);
  const view: ChangesView = { changed: [], removed: [], rows: [] };
  const some = order.slice(0, batch);
  for (const { name } of some) {
    const former = waiting.get(name);
    waiting.delete(name);
    const project = projectOf(name);
    if (project !== undefined && shows(name, project)) {
      const asked = whole.has(name) ? await row(name) : undefined;
      if (asked === undefined) view.changed.push({ name, generation: changes.generationOf(name) });
      else view.rows.push(asked);
    } else if ([...(former ?? [])].some(one => shows(name, one))) view.removed.push(name);
  }
  if (view.changed.length + view.removed.length + view.rows.length === 0) return '';
  const reached = some.length < order.length ? (some.at(-1)?.generation ?? upTo) : upTo;
  return message('changes', view, parts.stateAt(reached));
}

function message(event: string, data: unknown, id: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
