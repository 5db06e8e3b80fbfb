/** Waits for a place; the answer gives it back. */
export type Gate = (signal: AbortSignal) => Promise<() => void>;

/** Lets so many in at a time, in the order that they came. */
export function createGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }

  return async signal => {
    signal.throwIfAborted();
    if (free > 0) free--;
    else await turn(waiting, signal);
    let inside = true;
    return () => {
      if (inside) leave();
      inside = false;
    };
  };
}

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(enter), 1);
      reject(signal.reason);
    };
    waiting.push(enter);
    signal.addEventListener('abort', leave, { once: true });
  });
}
