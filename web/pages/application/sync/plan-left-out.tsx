import type { Choice } from '../../../model/plan-choice.ts';
import { actionViews } from '../../../model/plan-view.ts';
import { Button } from '../../../ui/button.tsx';
import { Mono } from '../../../ui/mono.tsx';

interface PlanLeftOutProps {
  choices: readonly Choice[];
  onTake: (key: string) => void;
  onAll: () => void;
}

/** What a sync of everything would do besides; each can be taken in again. */
export function PlanLeftOut({ choices, onTake, onAll }: PlanLeftOutProps) {
  return (
    <section aria-label="Left out" className="pt-3">
      <h3 className="flex items-center justify-between gap-3 pb-1 font-semibold">
        <span>
          Left out <span className="font-normal text-dim">{choices.length === 0 ? '' : choices.length}</span>
        </span>
        <Button kind="plain" onClick={onAll}>
          Sync everything
        </Button>
      </h3>
      {choices.length === 0 && <p className="text-dim">All that is not chosen here.</p>}
      {choices.length > 0 && (
        <ul className="rounded-md border border-line">
          {choices.map(({ key, id, action }) => (
            <li key={key} className="border-b border-line last:border-b-0">
              <label className="flex items-center gap-3 px-3 py-1.5 text-dim hover:bg-raised">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-accent"
                  checked={false}
                  onChange={() => onTake(key)}
                />
                <span className="min-w-0 break-words">
                  {actionViews[action].word} {id.kind} <Mono text={id.name} most={50} />
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
