/** Server-sent events, as long as the page is looked at: a browser has only six connections for all its pages. */
export interface StreamOptions {
  /** Asked for at each connection; `after` is the id of the last event, '' before the first. */
  address: (after: string) => string;
  events: Readonly<Record<string, (data: unknown) => void>>;
  /** The operator does not answer; the browser goes on trying. */
  onLost?: () => void;
  /** The operator refused: nobody is signed in, or there is nothing to see. */
  onRefused?: () => void;
}

export interface Stream {
  /** Connects anew, where `address` says something else by now; goes on after the last event. */
  restart(): void;
  stop(): void;
}

export function followStream({ address, events, onLost, onRefused }: StreamOptions): Stream {
  let after = '';
  let source: EventSource | undefined;

  function open(): void {
    source = new EventSource(address(after));
    for (const [name, take] of Object.entries(events)) {
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        if (lastEventId !== '') after = lastEventId;
        take(JSON.parse(data));
      });
    }
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) onRefused?.();
      else onLost?.();
    });
  }

  function look(): void {
    if (document.hidden) close();
    else if (source === undefined) open();
  }

  function close(): void {
    source?.close();
    source = undefined;
  }

  document.addEventListener('visibilitychange', look);
  look();
  return {
    restart() {
      close();
      look();
    },
    stop() {
      document.removeEventListener('visibilitychange', look);
      close();
    },
  };
}
