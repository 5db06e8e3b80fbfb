import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';

/** Copies a text that is shown beside it, shortened or not. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), 1_500);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <button
      type="button"
      className="self-center rounded-sm p-0.5 text-faint hover:text-fg"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}
    >
      <Icon name={isDone ? 'check' : 'copy'} className="size-3.5" />
      <span role="status" className="sr-only">
        {isDone ? 'Copied' : ''}
      </span>
    </button>
  );
}
