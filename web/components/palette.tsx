import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { findApplicationsQuery } from '../api/list.ts';
import type { ListRow } from '../api/types.ts';
import { matchingCommands } from '../model/palette.ts';
import { healthViews } from '../model/status.ts';
import { cx } from '../ui/cx.ts';
import { Kbd } from '../ui/kbd.tsx';
import { Overlay } from '../ui/overlay.tsx';
import { StatusIcon } from '../ui/status-icon.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { pb } from '../util/path-builder.ts';
import { useCommandGroups } from './commands.ts';

interface Entry {
  id: string;
  label: string;
  note?: string | undefined;
  keys?: string | undefined;
  row?: ListRow;
  disabledReason?: string | undefined;
  run: () => void;
}

/** Everything one may go to or do, by typing a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const navigate = useNavigate();
  const found = useQuery(findApplicationsQuery(useSettled(text.trim(), 120)));
  const commands = matchingCommands(useCommandGroups(), text);
  const entries: Entry[] = [
    ...commands.map(({ group, ...command }) => ({ ...command, note: group })),
    ...(found.data?.items ?? []).map(row => ({
      id: `application ${row.name}`,
      label: row.name,
      note: row.health.message || healthViews[row.health.status].label,
      row,
      run: () => void navigate(pb.application({ name: row.name })),
    })),
  ];
  const chosen = entries[Math.min(at, entries.length - 1)];

  function take(entry: Entry | undefined): void {
    if (entry === undefined || entry.disabledReason !== undefined) return;
    onClose();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined)
      setAt((Math.min(at, entries.length - 1) + step + entries.length) % Math.max(entries.length, 1));
    else if (event.key === 'Enter') take(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <Overlay label="Search and commands" onClose={onClose}>
      <input
        // biome-ignore lint/a11y/noAutofocus: one opens it to type
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={chosen === undefined ? undefined : `${list}-${entries.indexOf(chosen)}`}
        aria-label="Search applications and commands"
        placeholder="Search applications and commands"
        className="w-full border-b border-line bg-transparent px-4 py-3 text-[1rem] outline-none"
        value={text}
        onChange={event => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="Found" className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {entries.map((entry, index) => (
          // The keys are the input's: it keeps the focus, and says which option is meant.
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={entry.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={entry === chosen}
            aria-disabled={entry.disabledReason !== undefined}
            ref={entry === chosen ? element => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => take(entry)}
            className={cx(
              'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5',
              entry === chosen && 'bg-accent-soft',
              entry.disabledReason !== undefined && 'text-faint',
            )}
          >
            {entry.row !== undefined && <StatusIcon {...healthViews[entry.row.health.status]} />}
            <span className={cx('max-w-[70%] shrink-0 truncate', entry.row !== undefined && 'mono font-semibold')}>
              {entry.label}
            </span>
            <span className="ml-auto truncate pl-4 text-small text-faint">{entry.disabledReason ?? entry.note}</span>
            {entry.keys !== undefined && <Kbd keys={entry.keys.split(' ')[0] ?? ''} />}
          </div>
        ))}
        {entries.length === 0 && found.isFetched && (
          <p className="px-2.5 py-6 text-center text-dim">Nothing is called so.</p>
        )}
      </div>
    </Overlay>
  );
}
