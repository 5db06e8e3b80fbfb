import { useMemo, useState } from 'react';
import type { DriftRow, Drifts } from '../../api/types.ts';
import { chosenGroups, nothingToAccept } from '../../model/drift-groups.ts';
import { driftRefusal } from '../../model/drift-rights.ts';
import { Button } from '../../ui/button.tsx';
import { AcceptDialog } from './accept-dialog.tsx';
import { HealDialog } from './heal-dialog.tsx';

interface DriftSelectionProps {
  rows: readonly DriftRow[];
  about: Drifts['about'];
  chosen: ReadonlySet<string>;
  onClear: () => void;
}

/** Each is a plan of its own, made and shown before anything is done. */
const mostApplications = 20;

/** What is to be done about the chosen ones. They stay chosen until they do not differ any more. */
export function DriftSelection({ rows, about, chosen, onClear }: DriftSelectionProps) {
  // As it was chosen then: what is healed goes away behind the dialog.
  const [dialog, setDialog] = useState<{ what: 'heal' | 'accept'; groups: ReturnType<typeof chosenGroups> }>();
  const groups = useMemo(() => chosenGroups(rows, chosen), [rows, chosen]);
  const count = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const [first] = groups;
  if (first === undefined && dialog === undefined) return null;
  const healing = groups
    .map(({ application }) => driftRefusal('heal', about[application]))
    .find(why => why !== undefined);
  const tooMany = groups.length > mostApplications ? `At most ${mostApplications} applications at once` : undefined;
  const several = groups.length > 1 ? 'A commit is for one application: choose of one only' : undefined;
  const where = groups.length === 1 ? first?.application : `${groups.length} applications`;
  return (
    <>
      {first !== undefined && (
        <section
          aria-label="Selection"
          className="sticky bottom-16 z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-panel px-3 py-2 shadow-pop md:bottom-3"
        >
          <span role="status" className="min-w-0 truncate pr-2">
            <b className="font-semibold">{count}</b> of {where}
          </span>
          <Button
            kind="primary"
            disabledReason={tooMany ?? healing}
            onClick={() => setDialog({ what: 'heal', groups })}
          >
            Heal selected…
          </Button>
          <Button
            disabledReason={several ?? nothingToAccept(first.rows) ?? driftRefusal('accept', about[first.application])}
            onClick={() => setDialog({ what: 'accept', groups })}
          >
            Accept selected…
          </Button>
          <Button kind="plain" onClick={onClear}>
            Clear
          </Button>
        </section>
      )}
      {dialog?.what === 'heal' && <HealDialog groups={dialog.groups} onClose={() => setDialog(undefined)} />}
      {dialog?.what === 'accept' &&
        dialog.groups
          .slice(0, 1)
          .map(({ application, rows: own }) => (
            <AcceptDialog
              key={application}
              name={application}
              rows={own}
              about={about[application]}
              onClose={() => setDialog(undefined)}
            />
          ))}
    </>
  );
}
