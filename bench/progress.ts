/** What happens now, on standard error: rewritten in place on a terminal, a line now and then in a log. */
export interface Progress {
  show(what: string): void;
  /** Makes way for a line of results. */
  clear(): void;
}

const logEveryMs = 15_000;

export function progress(title: string, out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr): Progress {
  const began = performance.now();
  let printed = Number.NEGATIVE_INFINITY;
  return {
    show(what) {
      const now = performance.now();
      if (!out.isTTY && now - printed < logEveryMs) return;
      printed = now;
      const line = `${title}: ${what} (${Math.round((now - began) / 1_000)} s)`;
      out.write(out.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    clear: () => void (out.isTTY && out.write('\r\x1b[K')),
  };
}
