import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Drifts } from '../../api/types.ts';
import { type DriftGroup, driftId, heldOf, nothingToAccept, nothingToHeal } from '../../model/drift-groups.ts';
import { driftRefusal } from '../../model/drift-rights.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/check.tsx';
import { pb } from '../../util/path-builder.ts';
import { AcceptDialog } from './accept-dialog.tsx';
import { DriftLine } from './drift-line.tsx';
import { HealDialog } from './heal-dialog.tsx';

interface DriftOfApplicationProps {
  group: DriftGroup;
  about: Drifts['about'][string] | undefined;
  chosen: ReadonlySet<string>;
  onChoose: (rows: DriftGroup['rows']) => void;
  /** All of its rows are shown, however many there are. */
  isOpen: boolean;
  onOpen: () => void;
}

const mostRows = 8;

/** What differs of one application, and the two ways to make it the same again. */
export function DriftOfApplication({ group, about, chosen, onChoose, isOpen, onOpen }: DriftOfApplicationProps) {
  const { application, rows } = group;
  const [dialog, setDialog] = useState<{ what: 'heal' | 'accept'; rows: DriftGroup['rows'] }>();
  const impossible = nothingToHeal(rows);
  const healing = impossible ?? driftRefusal('heal', about);
  const held = heldOf(rows);
  const shown = isOpen ? rows : rows.slice(0, mostRows);
  const count = rows.filter(row => chosen.has(driftId(row))).length;
  return (
    <article aria-label={application} className="rounded-lg border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Check
          label={`Select all of ${application}`}
          isOn={count === rows.length}
          isPartly={count > 0}
          onChange={() => onChoose(rows)}
        />
        <h3 className="min-w-0">
          <Link {...pb.application({ name: application })} className="mono font-semibold break-all hover:underline">
            {application}
          </Link>
        </h3>
        <span className="text-small text-dim">{rows[0]?.project}</span>
        <span className="ml-auto flex gap-2">
          <Button disabledReason={healing} onClick={() => setDialog({ what: 'heal', rows })}>
            {rows.length === 1 ? 'Heal…' : `Heal all ${rows.length}…`}
          </Button>
          <Button
            disabledReason={nothingToAccept(rows) ?? driftRefusal('accept', about)}
            onClick={() => setDialog({ what: 'accept', rows })}
          >
            {rows.length === 1 ? 'Accept…' : `Accept all ${rows.length}…`}
          </Button>
        </span>
      </header>
      {impossible !== undefined && (
        <p className="border-b border-line bg-warn-soft px-3 py-1.5">{impossible}. Declare it otherwise in Git.</p>
      )}
      {impossible === undefined && held !== undefined && (
        <p className="border-b border-line bg-warn-soft px-3 py-1.5">
          Not by itself: {held}.{' '}
          <Link {...pb.application({ name: application })} className="underline">
            Sync it
          </Link>{' '}
          to decide.
        </p>
      )}
      <ul>
        {shown.map(row => (
          <DriftLine
            key={row.key}
            row={row}
            said={held}
            isChosen={chosen.has(driftId(row))}
            onChoose={() => onChoose([row])}
            onHeal={
              rows.length === 1 || healing !== undefined ? undefined : () => setDialog({ what: 'heal', rows: [row] })
            }
          />
        ))}
      </ul>
      {shown.length < rows.length && (
        <p className="border-t border-line px-3 py-1.5">
          <Button kind="plain" onClick={onOpen}>
            Show {rows.length - shown.length} more
          </Button>
        </p>
      )}
      {dialog?.what === 'heal' && (
        <HealDialog groups={[{ application, rows: dialog.rows }]} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.what === 'accept' && (
        <AcceptDialog name={application} rows={dialog.rows} about={about} onClose={() => setDialog(undefined)} />
      )}
    </article>
  );
}
