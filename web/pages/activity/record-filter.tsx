import { useState } from 'react';
import type { ActivitySearch } from '../../model/activity-search.ts';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';

const results = {
  '': 'Any result',
  done: 'Done',
  started: 'Started',
  succeeded: 'Succeeded',
  failed: 'Failed',
  superseded: 'Superseded',
  refused: 'Refused',
} as const;

interface RecordFilterProps {
  search: ActivitySearch;
  onChange: (change: ActivitySearch) => void;
}

/** Whose records, of what, and with which result. */
export function RecordFilter({ search, onChange }: RecordFilterProps) {
  const result = Object.keys(results).find((one): one is keyof typeof results => one === search.result) ?? '';
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Word label="Who" value={search.who} onChange={who => onChange({ who })} />
      <Word label="Application" value={search.application} onChange={application => onChange({ application })} />
      <Word label="Action, as sync.ended" value={search.action} onChange={action => onChange({ action })} />
      <Select label="Result" value={result} options={results} onChange={next => onChange({ result: next })} />
    </div>
  );
}

/** Exactly that word; asked for when one presses Enter or goes on. */
function Word({
  label,
  value = '',
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (word: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const done = () => typed.trim() !== value && onChange(typed.trim());
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      className="min-h-7 w-44"
      value={typed}
      onChange={event => setTyped(event.target.value)}
      onBlur={done}
      onKeyDown={event => event.key === 'Enter' && done()}
    />
  );
}
