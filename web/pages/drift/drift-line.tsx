import { Link } from '@tanstack/react-router';
import type { DriftRow, FieldChange } from '../../api/types.ts';
import { fieldPath } from '../../model/field-path.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { pb } from '../../util/path-builder.ts';

/** All of them are one link away. */
const mostFields = 6;
const otherwise = {
  missing: 'Deleted in the target',
  extra: 'Still there, though Git no longer declares it',
  changed: 'Changed; which fields is not examined, as it is repaired at once',
} as const;

interface DriftLineProps {
  row: DriftRow;
  /** Why none of the application goes away by itself, where that stands above. */
  said: string | undefined;
  isChosen: boolean;
  onChoose: () => void;
  onHeal: (() => void) | undefined;
}

/** One resource: each field as it is declared and as it is, since when, and whether it goes away by itself. */
export function DriftLine({ row, said, isChosen, onChoose, onHeal }: DriftLineProps) {
  const { application, key, id, kind, by, changes = [] } = row;
  const toDiff = pb.application({ name: application }, { resource: key, tab: 'diff' });
  return (
    <li data-row={key} className="group flex flex-col gap-1 border-b border-line px-3 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-2">
        <Check label={`Select ${id.kind} ${id.name}`} isOn={isChosen} onChange={onChoose} />
        <Link {...toDiff} className="min-w-0 hover:underline">
          <span className="text-dim">{id.kind}</span> <span className="mono break-all">{id.name}</span>
        </Link>
        {by !== undefined && (
          <span className="text-dim">
            for <RelativeTime at={by.at} form="duration" />
          </span>
        )}
        {changes.length === 0 && <span className="text-dim max-md:basis-full max-md:pl-6">{otherwise[kind]}</span>}
        <span className="text-small text-dim">
          {row.healsItself ? 'Heals by itself' : ''}
          {row.healsItself && row.nextTryAt !== undefined && (
            <>
              {' '}
              <RelativeTime at={row.nextTryAt} />
            </>
          )}
          {row.held !== undefined && row.held !== said && `Not by itself: ${row.held}`}
        </span>
        {onHeal !== undefined && (
          // Elsewhere by ticking it; here where one looks for it.
          <span className="ml-auto opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:hidden pointer-coarse:opacity-100">
            <Button kind="plain" onClick={onHeal} aria-label={`Heal ${id.kind} ${id.name}`}>
              Heal…
            </Button>
          </span>
        )}
      </div>
      {changes.length > 0 && (
        <ul className="flex flex-col gap-0.5 md:pl-6">
          {changes.slice(0, mostFields).map(change => (
            <Field key={change.path} change={change} />
          ))}
        </ul>
      )}
      {changes.length > mostFields && (
        <Link {...toDiff} className="text-accent underline">
          {changes.length - mostFields} more fields
        </Link>
      )}
    </li>
  );
}

function Field({ change: { path, declared, live, masked } }: { change: FieldChange }) {
  return (
    <li className="grid grid-cols-[minmax(0,18rem)_minmax(0,1fr)] gap-x-4 max-md:grid-cols-1">
      <span className="mono break-all text-dim">{fieldPath(path)}</span>
      {masked === true ? (
        <span className="text-dim">A secret value differs. Neither of them is shown.</span>
      ) : (
        <span className="mono min-w-0 break-words">
          <Value text={declared} word="Declared" className="bg-good-soft" />
          <span aria-hidden="true"> → </span>
          <Value text={live} word="Live" className="bg-bad-soft" />
        </span>
      )}
    </li>
  );
}

function Value({ text, word, className }: { text: string | undefined; word: string; className: string }) {
  return (
    <span className={`rounded-sm px-1 ${className}`} title={word}>
      <span className="sr-only">{word}: </span>
      {text === undefined ? <i className="text-dim">nothing</i> : text.slice(0, 200)}
    </span>
  );
}
