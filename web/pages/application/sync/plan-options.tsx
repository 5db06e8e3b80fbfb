import type { Plan, PlanAsked } from '../../../api/types.ts';

type Option = 'prune' | 'force' | 'confirm';

const words = {
  prune: 'Delete what Git no longer declares',
  force: 'Make anew what cannot be changed',
  confirm: 'Do what is held back until somebody confirms it',
} as const satisfies Record<Option, string>;

interface PlanOptionsProps {
  asked: PlanAsked;
  plan: Plan | undefined;
  onChange: (asked: PlanAsked) => void;
}

/** How it is done otherwise; the plan shows what that would be. */
export function PlanOptions({ asked, plan, onChange }: PlanOptionsProps) {
  const isWaiting = plan?.guard !== undefined || plan?.heldBack.some(({ confirmable }) => confirmable) === true;
  const options: Option[] = ['prune', 'force', ...(isWaiting || asked.confirm ? (['confirm'] as const) : [])];
  return (
    <fieldset className="flex flex-wrap gap-x-5 gap-y-1 pb-3">
      <legend className="sr-only">Options</legend>
      {options.map(option => (
        <label key={option} className="flex items-center gap-1.5 pointer-coarse:min-h-10">
          <input
            type="checkbox"
            className="accent-accent"
            checked={asked[option] === true}
            onChange={({ target }) => {
              const { [option]: _, ...others } = asked;
              onChange(target.checked ? { ...others, [option]: true } : others);
            }}
          />
          {words[option]}
        </label>
      ))}
    </fieldset>
  );
}
