/** One line of progress on standard error: rewritten in place on a terminal, printed now and then in a log. */
export interface Progress {
  /** `done` from 0 to 1 gives an estimate of the time left. */
  show(what: string, done?: number): void;
  /** Time for the estimate counts from here. */
  start(): void;
  end(word: string): void;
}

const logEveryMs = 15_000;

export function progressLine(title: string, out: NodeJS.WriteStream = process.stderr): Progress {
  const began = Date.now();
  let measuredFrom = began;
  let printed = out.isTTY ? 0 : began;

  function show(what: string, done = 0): void {
    const now = Date.now();
    if (now - printed < (out.isTTY ? 100 : logEveryMs)) return;
    printed = now;
    const spent = now - measuredFrom;
    // The first hundredths say nothing about the rest.
    const left = done > 0.02 ? `, about ${duration((spent / done) * (1 - done))} left` : '';
    const line = `${title}: ${what}, ${duration(now - began)}${left}`;
    out.write(out.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  return {
    show,
    start() {
      measuredFrom = Date.now();
    },
    end(word) {
      out.write(`${out.isTTY ? '\r\x1b[K' : ''}${title}: ${word} in ${duration(Date.now() - began)}\n`);
    },
  };
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
