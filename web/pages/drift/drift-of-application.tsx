import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { rowQuery } from '../../api/application.ts';
import { type ActionName, disabledReason } from '../../model/actions.ts';
import type { DriftGroup } from '../../model/drift-groups.ts';
import { Button } from '../../ui/button.tsx';
import { pb } from '../../util/path-builder.ts';
import { AcceptDialog } from './accept-dialog.tsx';
import { DriftLine } from './drift-line.tsx';
import { HealDialog } from './heal-dialog.tsx';

/** What differs of one application, and the two ways to make it the same again. */
export function DriftOfApplication({ group }: { group: DriftGroup }) {
  const { application, rows } = group;
  const [open, setOpen] = useState<{ what: 'heal' | 'accept'; rows: DriftGroup['rows'] }>();
  const { data: row } = useQuery({ ...rowQuery(application), refetchInterval: 15_000 });
  const why = (action: ActionName) => (row === undefined ? 'Not known yet' : disabledReason(action, row));

  return (
    <article aria-label={application} className="rounded-lg border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Link {...pb.application({ name: application })} className="mono font-semibold break-all hover:underline">
          {application}
        </Link>
        <span className="text-small text-dim">{rows[0]?.project}</span>
        <span className="ml-auto flex gap-2">
          <Button disabledReason={why('heal')} onClick={() => setOpen({ what: 'heal', rows })}>
            {rows.length === 1 ? 'Heal…' : `Heal all ${rows.length}…`}
          </Button>
          <Button disabledReason={why('accept')} onClick={() => setOpen({ what: 'accept', rows })}>
            {rows.length === 1 ? 'Accept…' : `Accept all ${rows.length}…`}
          </Button>
        </span>
      </header>
      <ul>
        {rows.map(one => (
          <DriftLine
            key={one.key}
            row={one}
            onHeal={
              rows.length === 1 || why('heal') !== undefined ? undefined : () => setOpen({ what: 'heal', rows: [one] })
            }
          />
        ))}
      </ul>
      {open?.what === 'heal' && <HealDialog name={application} rows={open.rows} onClose={() => setOpen(undefined)} />}
      {open?.what === 'accept' && (
        <AcceptDialog name={application} rows={open.rows} onClose={() => setOpen(undefined)} />
      )}
    </article>
  );
}
