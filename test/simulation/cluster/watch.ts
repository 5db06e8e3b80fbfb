import type { Call } from './call.ts';
import { expired, internal, invalid, tooLargeVersion } from './errors.ts';
import type { KubeObject } from './json.ts';
import { resourceOf } from './kinds.ts';
import { selectorOf } from './list.ts';
import { bookmarkText, objectText, type View, viewOf } from './present.ts';
import type { Matches } from './selector.ts';
import type { Server } from './server.ts';
import type { Change } from './store.ts';

const bookmarkMs = 60_000;
/** How far behind a lagging replica is that somebody watches. */
const catchUpMs = 500;

/** All watches that are open. */
export class Watches {
  readonly #open = new Set<Watch>();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.store.onChange(change => {
      for (const watch of this.#open) watch.take(change);
    });
  }

  /** Checks the request; what it answers begins the watch. Throws what is refused before it begins. */
  prepare(call: Call): (push: (line: string) => void, end: () => void) => () => void {
    const { query } = call;
    const { store } = this.#server;
    const { resourceVersion = '', sendInitialEvents, resourceVersionMatch } = query;
    if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan') throw initialEventsRefused();
    if (sendInitialEvents === undefined && resourceVersionMatch) throw matchRefused();
    const asked = Number(resourceVersion === '' ? 0 : resourceVersion);
    if (!Number.isInteger(asked))
      throw internal(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
    selectorOf(call);
    return (push, end) => {
      const watch = new Watch(call, this.#server, push, () => {
        this.#open.delete(watch);
        end();
      });
      if (asked > store.revision) watch.fail(tooLargeVersion(asked, store.revision).status);
      else if (asked > 0 && asked < store.compacted)
        watch.fail(expired(`too old resource version: ${asked} (${store.compacted + 1})`).status);
      else {
        this.#open.add(watch);
        watch.begin(asked, sendInitialEvents === 'true' || (asked === 0 && sendInitialEvents === undefined));
      }
      return () => {
        this.#open.delete(watch);
        watch.close();
      };
    };
  }

  /** Of one resource, or all. */
  endAll(resource?: string): void {
    for (const watch of [...this.#open]) if (resource === undefined || watch.resource === resource) watch.end();
  }
}

class Watch {
  readonly resource: string;
  readonly #call: Call;
  readonly #server: Server;
  readonly #push: (line: string) => void;
  readonly #onEnd: () => void;
  readonly #matches: Matches;
  readonly #view: View;
  readonly #timers = new Set<() => void>();
  /** Changes that came before the replica caught up. */
  #held: Change[] | undefined;
  #isOpen = true;

  constructor(call: Call, server: Server, push: (line: string) => void, onEnd: () => void) {
    this.#call = call;
    this.#server = server;
    this.#push = push;
    this.#onEnd = onEnd;
    this.resource = resourceOf(call.kind);
    this.#matches = selectorOf(call);
    this.#view = viewOf(call, 'PartialObjectMetadata');
  }

  begin(from: number, isInitial: boolean): void {
    const { store, time } = this.#server;
    const { query, seenRevision = store.revision } = this.#call;
    // Without a version the list is asked of a replica that has seen all; 0 or one of its own is answered by any.
    const isFresh = query.resourceVersion === undefined || query.resourceVersion === '';
    const seen =
      isFresh && query.sendInitialEvents === 'true' ? store.revision : Math.min(seenRevision, store.revision);
    const start = isInitial ? Math.max(seen, from) : from;
    if (isInitial) {
      for (const [, object] of [...store.at(this.resource, start)].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (this.#matches(object)) this.#event('ADDED', object);
      if (query.sendInitialEvents === 'true' && this.#hasBookmarks()) this.#bookmark(start, true);
    }
    const missed = store.since(this.resource, start);
    const late = missed.filter(({ revision }) => revision > seen);
    for (const change of missed) if (change.revision <= seen) this.#send(change);
    if (late.length > 0) {
      this.#held = late;
      this.#after(catchUpMs, () => this.#release());
    }
    if (this.#hasBookmarks()) this.#after(bookmarkMs, () => this.#tick());
    const seconds = Number(query.timeoutSeconds ?? 0);
    this.#after(seconds > 0 ? seconds * 1000 : 1_800_000 * (1 + time.fraction()), () => this.end());
  }

  take(change: Change): void {
    if (change.resource !== this.resource || !this.#isOpen) return;
    if (this.#held === undefined) this.#send(change);
    else this.#held.push(change);
  }

  end(): void {
    if (!this.#isOpen) return;
    this.close();
    this.#onEnd();
  }

  close(): void {
    this.#isOpen = false;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** An error is an event, too. */
  fail(status: object): void {
    this.#push(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    this.end();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const change of held) this.#send(change);
  }

  /** What no longer matches is gone, for this watch; what begins to is new. */
  #send({ type, object, before, revision }: Change): void {
    const was = before !== undefined && this.#matches(before);
    const is = type !== 'DELETED' && this.#matches(object);
    if (is) this.#event(was ? 'MODIFIED' : 'ADDED', object);
    else if (!was) return;
    else if (type === 'DELETED') this.#event('DELETED', object);
    else this.#event('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } });
  }

  #event(type: string, object: KubeObject): void {
    this.#push(`{"type":"${type}","object":${objectText(object, this.#call.kind, this.#view)}}\n`);
  }

  #bookmark(revision: number, isInitialEnd: boolean): void {
    const text = bookmarkText(this.#call.kind, this.#view, revision, isInitialEnd);
    this.#push(`{"type":"BOOKMARK","object":${text}}\n`);
  }

  #tick(): void {
    if (this.#held === undefined) this.#bookmark(this.#server.store.revision, false);
    this.#after(bookmarkMs, () => this.#tick());
  }

  #hasBookmarks(): boolean {
    return this.#call.query.allowWatchBookmarks === 'true';
  }

  #after(ms: number, fn: () => void): void {
    const cancel = this.#server.time.after(ms, () => {
      this.#timers.delete(cancel);
      if (this.#isOpen) fn();
    });
    this.#timers.add(cancel);
  }
}

const listOptions = { group: 'meta.k8s.io', plural: '', kind: 'ListOptions', name: '' };

function initialEventsRefused() {
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return invalid(listOptions, [{ field: 'resourceVersionMatch', type: 'Forbidden', message }]);
}

function matchRefused() {
  const message = 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
  return invalid(listOptions, [{ field: 'resourceVersionMatch', type: 'Forbidden', message }]);
}
