import type { Author, FieldChange } from '../api/types.ts';
import { fieldPath, readable } from '../model/field-path.ts';
import { RelativeTime } from '../ui/relative-time.tsx';

interface FieldChangesProps {
  changes: readonly FieldChange[];
  /** Who made what is there now. */
  by?: Author | undefined;
  /** What the two values are called. */
  words?: { live: string; declared: string };
}

/** Field by field: what is there, and what it becomes. */
export function FieldChanges({ changes, by, words = { live: 'live', declared: 'declared' } }: FieldChangesProps) {
  return (
    <ul className="flex flex-col gap-2">
      {changes.map(({ path, live, declared, masked }) => (
        <li key={path} className="overflow-hidden rounded-md border border-line">
          <p
            className="flex flex-wrap justify-between gap-x-4 bg-raised px-2.5 py-1"
            hidden={path === '' && by === undefined}
          >
            <span className="mono break-all">{fieldPath(path)}</span>
            {by !== undefined && (
              <span className="text-dim">
                by <b className="font-semibold text-fg">{by.name}</b>, <RelativeTime at={by.at} />
              </span>
            )}
          </p>
          {masked === true ? (
            <p className="px-2.5 py-1 text-dim">A secret value differs. Neither of them is shown.</p>
          ) : (
            <>
              <Value sign="−" text={live} word={words.live} className="bg-bad-soft" />
              <Value sign="+" text={declared} word={words.declared} className="bg-good-soft" />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

interface ValueProps {
  sign: string;
  text: string | undefined;
  word: string;
  className: string;
}

function Value({ sign, text, word, className }: ValueProps) {
  if (text === undefined) return null;
  return (
    <p className={`flex gap-2 px-2.5 py-0.5 ${className}`}>
      <span className="mono select-none" aria-hidden="true">
        {sign}
      </span>
      <span className="mono min-w-0 flex-1 break-words whitespace-pre-wrap">{readable(text)}</span>
      <span className="shrink-0 text-small text-dim select-none">{word}</span>
    </p>
  );
}
