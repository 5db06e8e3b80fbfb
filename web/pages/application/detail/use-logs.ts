import { useEffect, useState } from 'react';
import { type LogsAsked, readLogs } from '../../../api/logs.ts';
import type { LogLine } from '../../../api/types.ts';

/** As many as anybody scrolls back; what is older is let go. */
const most = 5_000;

export interface NumberedLine extends LogLine {
  number: number;
}

/** Follows a log for as long as it is shown. `asked` has to be the same object while it asks the same. */
export function useLogs(asked: LogsAsked) {
  const [lines, setLines] = useState<readonly NumberedLine[]>([]);
  const [state, setState] = useState<{ isOver: boolean; error?: unknown }>({ isOver: false });

  useEffect(() => {
    const stopping = new AbortController();
    let number = 0;
    setLines([]);
    setState({ isOver: false });

    async function follow(): Promise<void> {
      for await (const piece of readLogs(asked, stopping.signal)) {
        const numbered = piece.map(line => ({ ...line, number: number++ }));
        setLines(before => [...before, ...numbered].slice(-most));
      }
    }
    follow().then(
      () => setState({ isOver: true }),
      error => {
        if (!stopping.signal.aborted) setState({ isOver: true, error });
      },
    );
    return () => stopping.abort();
  }, [asked]);

  return { lines, ...state };
}
