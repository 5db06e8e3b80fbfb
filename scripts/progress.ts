/** One line of progress on standard error: rewritten in place on a terminal, printed now and then in a log. */
export interface Progress {
  /** `done` from 0 to 1 gives an estimate of the time left. */
  show(what: string, done?: number): void;
  /** Time for the estimate counts from here. */
  start(): void;
  end(word: string): void;
}

const logEveryMs = 15_000;

/** Says `expectation` at once, and goes on to show that time passes where nothing else is to be shown. */
export function progressLine(
  title: string,
  expectation: string,
  out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): Progress {
  const began = Date.now();
  let measuredFrom = began;
  let printed = began;
  let what = '';
  let done = 0;
  const put = (line: string) => out.write(out.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  put(`${title}, once: ${expectation}`);

  function draw(): void {
    const now = Date.now();
    printed = now;
    const spent = now - measuredFrom;
    // The first hundredths say nothing about the rest.
    const left = done > 0.02 && done < 1 ? `, about ${duration((spent / done) * (1 - done))} left` : '';
    put(`${title}: ${what}, ${duration(now - began)}${left}`);
  }
  const ticking = setInterval(
    () => {
      if (what !== '') draw();
    },
    out.isTTY ? 1_000 : logEveryMs,
  );
  ticking.unref();

  return {
    show(next, share = 0) {
      what = next;
      done = share;
      if (out.isTTY && Date.now() - printed >= 100) draw();
    },
    start() {
      measuredFrom = Date.now();
    },
    end(word) {
      clearInterval(ticking);
      put(`${title}: ${word} in ${duration(Date.now() - began)}${out.isTTY ? '\n' : ''}`);
    },
  };
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
